//! The unit of systemd, by `systemd-analyze`, which needs no systemd that runs.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::Scene;
use crate::{command, file};

/// Of 10: the less, the less a process may do that was taken over.
const EXPOSURE: f64 = 2.0;

pub(super) fn is_hardened(scene: &Scene) -> Result<String> {
    let unit = file::read_text(&scene.installed.join("usr/lib/systemd/system/twofold.service"))?;
    let needed = ["Type=notify", "DynamicUser=yes", "StateDirectory=twofold", "LoadCredential=sealing.key:"];
    for line in needed {
        ensure!(unit.lines().any(|of| of.starts_with(line)), "the unit has no {line}");
    }
    // It is looked whether the program is there: here it is elsewhere.
    let binary = scene.installed.join("usr/bin/twofold");
    let here = unit.replace("ExecStart=/usr/bin/twofold", &format!("ExecStart={}", binary.display()));
    let path = scene.scratch.join("unit/twofold.service");
    file::write(&path, here.as_bytes())?;
    let analyze = |arguments: &[&str]| {
        let mut analyze = Command::new("systemd-analyze");
        analyze.args(arguments).arg(&path);
        command::output(&mut analyze)
    };
    analyze(&["verify", "--man=no"])?;
    let said = analyze(&["security", "--offline=true", "--no-pager"])?;
    let exposure = exposure(&said).with_context(|| format!("no level of exposure in: {said}"))?;
    ensure!(exposure < EXPOSURE, "the exposure is {exposure}:\n{said}");
    Ok(format!("exposure {exposure} of 10"))
}

/// `→ Overall exposure level for twofold.service: 1.2 OK`
fn exposure(said: &str) -> Option<f64> {
    let line = said.lines().find(|line| line.contains("Overall exposure level"))?;
    line.rsplit_once(": ")?.1.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::exposure;

    #[test]
    fn the_level_stands_in_the_last_line() {
        let said =
            "✗ PrivateNetwork= Service has access 0.5\n→ Overall exposure level for t.service: 1.2 OK 🙂\n";
        assert_eq!(exposure(said), Some(1.2));
        assert_eq!(exposure("nothing"), None);
    }
}
