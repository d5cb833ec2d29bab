//! `twofold audit export`: the closed log as JSON lines, signed.

use crate::config::Settings;
use crate::export_key::ExportKey;
use crate::hex;
use anyhow::{Context, bail};
use domain::audit::{Cause, Event};
use domain::chain::Seat;
use domain::factor::FactorKind;
use domain::name::{Reason, UserId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;
use storage::Chain;

/// Writes what was closed to standard output: a line for each event, a line that says what all of them are, and a line
/// with the signature of that one. What does not fit its proof is not exported.
pub(super) async fn write(settings: &Settings) -> anyhow::Result<()> {
    let (database, keys) = super::opened(settings).await?;
    let key = ExportKey::of(&keys).context("the sealing key file has no key to sign with")?;
    let chain = Chain::new(database.clone(), keys);
    let verdict = chain.verify(None).await.context("cannot read the audit log")?;
    if let Some(misfit) = verdict.misfit {
        bail!("nothing is exported: the audit log is not as it was written: {misfit}");
    }
    let (mut out, mut hash, mut events) = (std::io::stdout().lock(), Sha256::new(), 0_u64);
    let first = verdict.cut.as_ref().map_or(0, |cut| cut.batch) + 1;
    for batch in first..=verdict.head.batch {
        for (seat, event) in chain.closed(batch).await.context("cannot read the audit log")? {
            events += 1;
            let line = format!("{}\n", line(seat, &event));
            hash.update(line.as_bytes());
            out.write_all(line.as_bytes())?;
        }
    }
    if events != verdict.events {
        bail!(
            "old events were deleted while this was written: it has no end, and no signature; export it again"
        );
    }
    let whole = json!({
        "export": "twofold audit, 1",
        "events": events,
        "deleted": verdict.cut.as_ref().map(super::deleted),
        "head": super::written(&verdict.head),
        "sha256": hex::write(&hash.finalize()),
        "key": key.id(),
    });
    let whole = whole.to_string();
    let signature = hex::write(&key.sign(whole.as_bytes()));
    writeln!(out, "{whole}\n{}", json!({ "ed25519": signature }))?;
    drop(out);
    database.close().await;
    Ok(())
}

fn line(seat: Seat, event: &Event) -> Value {
    json!({
        "batch": seat.batch,
        "position": seat.position,
        "site": event.user.site.to_string(),
        "id": event.id.to_string(),
        "user": event.user.id.as_str(),
        "by": event.by.as_ref().map(UserId::as_str),
        "at": event.at.millis(),
        "kind": event.kind.as_str(),
        "factor": event.factor.map(FactorKind::as_str),
        "cause": event.cause.map(Cause::as_str),
        "subject": event.subject,
        "reason": event.reason.as_ref().map(Reason::as_str),
        "address": event.place.address,
        "browser": event.place.browser,
    })
}
