//! The shared libraries of a binary. glibc is not linked in: names are looked up by what the machine has.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::command;

pub(super) struct Libraries {
    /// Where the loader finds them, the loader itself among them.
    pub(super) files: Vec<PathBuf>,
    /// Debian's packages in which they are.
    pub(super) packages: BTreeSet<String>,
    /// The oldest glibc that has what is asked of it.
    glibc: (u32, u32),
}

impl Libraries {
    pub(super) fn of(binary: &Path) -> Result<Self> {
        let files = files(&command::output(Command::new("ldd").arg(binary))?);
        ensure!(!files.is_empty(), "ldd names no library of {}", binary.display());
        let packages = files.iter().map(|file| package(file)).collect::<Result<_>>()?;
        let symbols = command::output(Command::new("objdump").arg("--dynamic-syms").arg(binary))?;
        let glibc = newest_glibc(&symbols).context("the binary asks nothing of glibc")?;
        Ok(Self { files, packages, glibc })
    }

    /// As a package of Debian's says what it depends on.
    pub(super) fn depends(&self) -> String {
        let (major, minor) = self.glibc;
        let one = |package: &String| match package.as_str() {
            "libc6" => format!("libc6 (>= {major}.{minor})"),
            other => other.to_owned(),
        };
        self.packages.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Libraries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.depends())?;
        self.files.iter().try_for_each(|file| write!(f, " {}", file.display()))
    }
}

/// `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, and the loader without an arrow. What the kernel lends has no file.
fn files(ldd: &str) -> Vec<PathBuf> {
    let paths = ldd.lines().filter_map(|line| {
        let place = line.split_once("=> ").map_or(line, |(_, place)| place);
        place.split_whitespace().next().filter(|path| path.starts_with('/'))
    });
    paths.map(PathBuf::from).collect()
}

fn package(file: &Path) -> Result<String> {
    let said = command::output(Command::new("dpkg-query").arg("--search").arg(file))?;
    let name = said.split([':', ' ']).next().filter(|name| !name.is_empty());
    Ok(name.with_context(|| format!("no package of Debian's has {}", file.display()))?.to_owned())
}

fn newest_glibc(symbols: &str) -> Option<(u32, u32)> {
    let versions = symbols.split("GLIBC_").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let mut numbers = rest.get(..end)?.split('.').map_while(|number| number.parse::<u32>().ok());
        Some((numbers.next()?, numbers.next()?))
    });
    versions.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_told_from_what_the_kernel_lends() {
        let said = "\tlinux-vdso.so.1 (0x00007f)\n\tlibm.so.6 => /lib/x/libm.so.6 (0x00007f)\n\t/lib64/ld.so.2 (0x00007f)\n";
        assert_eq!(files(said), [PathBuf::from("/lib/x/libm.so.6"), PathBuf::from("/lib64/ld.so.2")]);
        assert!(files("\tnot a dynamic executable\n").is_empty());
    }

    #[test]
    fn the_newest_of_what_is_asked_of_glibc_counts() {
        let symbols =
            "0 DF *UND* 0 (GLIBC_2.9)  f\n0 DF *UND* 0 (GLIBC_2.34) g\n0 DF *UND* 0 (GLIBC_2.2.5) h\n";
        assert_eq!(newest_glibc(symbols), Some((2, 34)));
        assert_eq!(newest_glibc("0 DF *UND* 0 (GCC_3.0) f"), None);
    }
}
