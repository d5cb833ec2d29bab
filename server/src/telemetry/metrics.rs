//! The figures of this process, in the text format of Prometheus. None says anything of a person: no label holds a user, an
//! address, a site or an id.
//!
//! What happens is counted where it happens; how things stand is asked for when somebody reads ([`crate::scraping`]). Each
//! server keeps its own: there is no global recorder. Where nobody is to read, nothing is kept.

mod figure;

pub(crate) use figure::*;
pub use figure::{FIGURES, Figure, Kind};
use http::StatusCode;
use metrics::{Key, KeyName, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::sync::Arc;
use std::time::Duration;

/// Seconds: from what a page takes to the time limit of a request.
const BUCKETS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 7.5, 10.0];

static ABOUT: Metadata<'static> = Metadata::new("twofold", Level::INFO, None);

/// Labels with what they say: words of ours only.
pub(crate) type Labels<'a> = &'a [(&'static str, &'a str)];

/// The figures. Cheap to clone; every clone keeps the same.
#[derive(Clone, Default)]
pub struct Metrics(Option<Arc<Kept>>);

struct Kept {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Metrics {
    /// Figures that are kept, or, where nobody is to read them, none.
    pub(crate) fn new(kept: bool) -> Self {
        if !kept {
            return Self(None);
        }
        let builder = PrometheusBuilder::new();
        // It refuses only where there is no bucket: then there would be quantiles instead.
        let recorder = builder.set_buckets(&BUCKETS).map(PrometheusBuilder::build_recorder).ok();
        Self(recorder.map(|recorder| {
            for figure in FIGURES {
                describe(&recorder, figure);
            }
            let handle = recorder.handle();
            Arc::new(Kept { recorder, handle })
        }))
    }

    /// A count as it stands: it never falls.
    pub(crate) fn count(&self, of: &Figure, labels: Labels<'_>, total: u64) {
        if let Some(kept) = &self.0 {
            kept.recorder.register_counter(&key(of, labels), &ABOUT).absolute(total);
        }
    }

    /// How something stands.
    pub(crate) fn set(&self, of: &Figure, labels: Labels<'_>, value: f64) {
        if let Some(kept) = &self.0 {
            kept.recorder.register_gauge(&key(of, labels), &ABOUT).set(value);
        }
    }

    /// A request was answered.
    pub(crate) fn answered(&self, method: &str, route: &str, status: StatusCode, took: Duration) {
        if let Some(kept) = &self.0 {
            let labels = [
                ("http_request_method", method),
                ("http_route", route),
                ("http_response_status_code", status.as_str()),
            ];
            kept.recorder.register_histogram(&key(&REQUEST, &labels), &ABOUT).record(took);
        }
    }

    /// All of them, as text.
    pub(crate) fn text(&self) -> String {
        self.0.as_ref().map(|kept| kept.handle.render()).unwrap_or_default()
    }

    /// Sorts what was measured into its buckets, so that it does not pile up where nobody reads.
    pub(crate) fn sort(&self) {
        if let Some(kept) = &self.0 {
            kept.handle.run_upkeep();
        }
    }
}

fn describe(recorder: &PrometheusRecorder, figure: &Figure) {
    let (name, help) = (KeyName::from_const_str(figure.name), figure.help.into());
    match figure.kind {
        Kind::Counter => recorder.describe_counter(name, None, help),
        Kind::Gauge => recorder.describe_gauge(name, None, help),
        Kind::Histogram => recorder.describe_histogram(name, None, help),
    }
}

fn key(of: &Figure, labels: Labels<'_>) -> Key {
    let labels: Vec<Label> =
        labels.iter().map(|(name, said)| Label::new(*name, (*said).to_owned())).collect();
    Key::from_parts(of.name, labels)
}
