//! `dyno compare`: one campaign against an earlier one.

use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::Context;
use campaign::{
    Error,
    analysis::comparison::{Comparison, compare},
    matrix::Metric,
    record::{PARTS, RECORD, campaign::Campaign},
    report::comparison::{Asked, json, markdown},
};
use clap::{Args, ValueEnum};
use tempfile::TempDir;

use crate::{
    failure::Failure,
    git,
    output::{self, say},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Baseline campaign: a folder, or a git revision of one, such as HEAD~1:reports/reference
    base: String,
    /// Campaign to judge, given the same way
    new: String,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// Exit with code 16 if a cell is confirmed to be worse by more than this, such as 5%, or is no
    /// longer valid; with code 25 if all cells are worse together on the same machine
    #[arg(long, value_name = "SHARE")]
    fail_on_regression: Option<Share>,
    /// Compare campaigns that are not comparable, and mark every line
    #[arg(long)]
    anyway: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Markdown,
    Json,
}

/// A share, written as a percentage.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Share(f64);

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix('%').unwrap_or(text).trim().parse::<f64>();
        match number {
            Ok(percent) if (0.0..1000.0).contains(&percent) => Ok(Self(percent / 100.0)),
            _ => Err("write a percentage, such as 5%".to_owned()),
        }
    }
}

/// The default loss beyond which a cell is a regression.
const LIMIT: f64 = 0.05;

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (base, new) = (read(&arguments.base)?, read(&arguments.new)?);
    let limit = arguments.fail_on_regression.map_or(LIMIT, |share| share.0);
    let comparison = compare(&base, &new, limit);
    if !comparison.obstacles.is_empty() && !arguments.anyway {
        let obstacles = comparison.obstacles.join(", ");
        return Err(Failure::NotComparable { obstacles }.into());
    }
    if comparison.rows.is_empty() {
        let obstacles = "no contender and scenario in common".to_owned();
        return Err(Failure::NotComparable { obstacles }.into());
    }
    let asked = Asked { base: &arguments.base, new: &arguments.new, limit };
    match arguments.format {
        Format::Markdown => output::text(&markdown(&comparison, asked)),
        Format::Json => say!("{}", json(&comparison, asked)?),
    }
    if arguments.fail_on_regression.is_some() { no_regression(&comparison) } else { Ok(()) }
}

/// A cell that is worse beside all others counts for more than what all share, which the machine may
/// have done.
fn no_regression(comparison: &Comparison) -> anyhow::Result<()> {
    let count = comparison.rows.iter().filter(|row| row.regression).count();
    if count > 0 {
        return Err(Failure::Regression { count }.into());
    }
    let together: Vec<&str> = comparison.common_regressions().map(Metric::title).collect();
    if together.is_empty() {
        return Ok(());
    }
    Err(Failure::CommonRegression { metrics: together.join(", ") }.into())
}

/// A campaign's folder, or a git revision of one.
fn read(name: &str) -> anyhow::Result<Campaign> {
    if Path::new(name).is_dir() {
        return Ok(Campaign::read_record(Path::new(name))?.by_point());
    }
    let failure =
        |message: &str| Error::Folder { folder: PathBuf::from(name), message: message.to_owned() };
    if !name.contains(':') {
        let message = "is neither a campaign's folder nor a git revision of one, such as HEAD~1:reports/reference";
        return Err(failure(message).into());
    }
    let scratch = TempDir::new().context("cannot make a temporary folder")?;
    let shown = |file: &str| {
        let object = format!("{}/{file}", name.trim_end_matches('/'));
        git::printed(Path::new("."), &["show", "--no-textconv", "--end-of-options", &object])
    };
    for file in RECORD {
        let content =
            shown(file)?.map_err(|said| failure(&format!("git has no {file} there: {said}")))?;
        fs::write(scratch.path().join(file), content)?;
    }
    // A campaign that was not merged has none.
    if let Ok(content) = shown(PARTS)? {
        fs::write(scratch.path().join(PARTS), content)?;
    }
    Ok(Campaign::read_record(scratch.path())?.by_point())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_given_in_per_cent() {
        assert_eq!("5%".parse(), Ok(Share(0.05)));
        assert_eq!("12.5 %".parse(), Ok(Share(0.125)));
        for wrong in ["", "%", "five", "-1%", "NaN"] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
    }
}
