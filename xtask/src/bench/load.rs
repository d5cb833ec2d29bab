//! A load generator: connections that are kept, on each one request after the other, as a site's server holds them.

use std::fmt::Display;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};

use crate::step::timed;

/// Linux counts a process's time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// One connection.
pub(super) struct Client {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
    headers: String,
}

/// What stands above an answer.
#[derive(Default)]
struct Head {
    status: String,
    /// Bytes of its body. `None`: it comes in pieces.
    length: Option<usize>,
    /// Nothing more is answered on this connection.
    is_last: bool,
}

impl Client {
    /// With a header that every request carries: whose it is, say.
    pub(super) fn connect(address: SocketAddr, header: &str) -> Result<Self> {
        let stream = Self::stream(address)?;
        let host = format!("Host: localhost:{}", address.port());
        let headers = format!("{host}\r\n{header}\r\nContent-Type: application/json\r\nContent-Length: ");
        Ok(Self { address, stream, headers })
    }

    fn stream(address: SocketAddr) -> Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(BufReader::new(stream))
    }

    /// Posts JSON. Anything but a good answer is an error: nobody measures refusals.
    pub(super) fn post(&mut self, path: &str, body: &str) -> Result<String> {
        self.post_with(path, "", body)
    }

    /// The same with a cookie.
    pub(super) fn post_with(&mut self, path: &str, cookie: &str, body: &str) -> Result<String> {
        let Self { stream, headers, .. } = self;
        let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
        let request = format!("POST {path} HTTP/1.1\r\n{cookie}{headers}{}\r\n\r\n{body}", body.len());
        stream.get_mut().write_all(request.as_bytes())?;
        let Head { status, length, is_last } = self.head().with_context(|| path.to_owned())?;
        let body = match length {
            Some(length) => self.read(length)?,
            None => self.chunks()?,
        };
        if is_last {
            self.stream = Self::stream(self.address)?;
        }
        let body = String::from_utf8(body)?;
        ensure!(status.starts_with("HTTP/1.1 2"), "{path}: {status} {body}");
        Ok(body)
    }

    fn head(&mut self) -> Result<Head> {
        let mut head = Head { length: Some(0), ..Head::default() };
        loop {
            let mut line = String::new();
            ensure!(self.stream.read_line(&mut line)? > 0, "the connection was closed");
            let line = line.trim_end();
            if line.is_empty() {
                return Ok(head);
            }
            match line.split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    head.length = Some(value.parse()?);
                }
                Some((name, _)) if name.eq_ignore_ascii_case("transfer-encoding") => {
                    head.length = None;
                }
                Some((name, value)) if name.eq_ignore_ascii_case("connection") => {
                    head.is_last = value.eq_ignore_ascii_case("close");
                }
                Some(_) => {}
                None => line.clone_into(&mut head.status),
            }
        }
    }

    fn read(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim_end(), 16)?;
            // With the end of the line.
            let mut chunk = self.read(length + 2)?;
            if length == 0 {
                return Ok(body);
            }
            chunk.truncate(length);
            body.extend(chunk);
        }
    }
}

/// A field of an answer, without reading all of it.
pub(super) fn field<'a>(json: &'a str, name: &str) -> Result<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\":\"")).with_context(|| format!("no `{name}`"))?;
    rest.split('"').next().context("no end")
}

/// How long some work took in all, each piece of it, and the processor in the process that did it.
#[derive(Default)]
pub(super) struct Sample {
    took: Duration,
    cpu: Duration,
    /// The quickest first.
    calls: Vec<Duration>,
}

impl Sample {
    pub(super) fn add(&mut self, other: Self) {
        self.took += other.took;
        self.cpu += other.cpu;
        self.calls.extend(other.calls);
        self.calls.sort_unstable();
    }

    pub(super) fn rate(&self) -> f64 {
        f64::from(self.count()) / self.took.as_secs_f64()
    }

    /// In each call, in microseconds.
    pub(super) fn cpu(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / f64::from(self.count())
    }

    /// What so many of a thousand calls are not slower than, in milliseconds.
    pub(super) fn percentile(&self, per_mille: usize) -> f64 {
        let at = (self.calls.len() * per_mille / 1_000).min(self.calls.len().saturating_sub(1));
        self.calls.get(at).map_or(0.0, |took| took.as_secs_f64() * 1e3)
    }

    fn count(&self) -> u32 {
        u32::try_from(self.calls.len()).unwrap_or(u32::MAX)
    }
}

/// Does `work` for each of `count`, as many at a time as there are clients.
pub(super) fn run(
    process: u32,
    clients: &mut [Client],
    count: usize,
    work: impl Fn(&mut Client, usize) -> Result<()> + Sync,
) -> Result<Sample> {
    let before = cpu(process)?;
    let next = AtomicUsize::new(0);
    let (calls, took) = timed(|| {
        thread::scope(|scope| {
            let begun: Vec<_> =
                clients.iter_mut().map(|client| scope.spawn(|| by(client, count, &next, &work))).collect();
            let ended = begun.into_iter().map(|one| one.join().map_err(|_| anyhow!("a client panicked"))?);
            ended.collect::<Result<Vec<_>>>()
        })
    });
    let cpu = cpu(process)?.saturating_sub(before);
    let mut calls = calls?.concat();
    calls.sort_unstable();
    Ok(Sample { took, cpu, calls })
}

fn by(
    client: &mut Client,
    count: usize,
    next: &AtomicUsize,
    work: impl Fn(&mut Client, usize) -> Result<()>,
) -> Result<Vec<Duration>> {
    let mut calls = Vec::new();
    loop {
        let one = next.fetch_add(1, Ordering::Relaxed);
        if one >= count {
            return Ok(calls);
        }
        let (done, took) = timed(|| work(client, one));
        done?;
        calls.push(took);
    }
}

/// What a process and its children have used of the processors, in their own code and in the system's.
fn cpu(process: u32) -> Result<Duration> {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"))?;
    let mut used = cpu_of(process)?;
    for child in children.split_whitespace() {
        used += cpu_of(child.parse()?)?;
    }
    Ok(used)
}

fn cpu_of(process: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // Its name, which stands in brackets, may hold blanks.
    let (_, rest) = stat.rsplit_once(')').context("no name")?;
    let mut ticks = rest.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
    let mut next = || Ok::<_, anyhow::Error>(ticks.next().context("no ticks")??);
    Ok(TICK * (next()? + next()?))
}

/// A row of the table.
pub(super) fn print(what: impl Display, connections: usize, sample: &Sample, floor: f64) {
    let (rate, p50, p99) = (sample.rate(), sample.percentile(500), sample.percentile(990));
    println!(
        "{what:<28} {connections:>4} {rate:>9.0} {:>9.3} {:>9.0} {p50:>9.2} {p99:>9.2} {:>8.1}",
        rate / floor,
        sample.cpu(),
        p99 / p50
    );
}

/// What stands above the rows.
pub(super) fn print_head(database: &str) {
    println!(
        "\n{database:<28} {:>4} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8}",
        "conn", "/s", ": UPDATE", "CPU µs", "p50 ms", "p99 ms", "p99:p50"
    );
}
