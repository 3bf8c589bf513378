//! `menshen check`: reads the configuration and then tries it. What is tried, and what it means, is in
//! the gateway's room `diagnose`.
//!
//! Findings go to stdout; the exit code tells whether one failed. It holds no check of its own.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use menshen_gateway::config::{Config, Loaded};
use menshen_gateway::diagnose::{self, Finding, Level, Question};
use menshen_gateway::sdk::{Clock, Entropy, SystemClock, UserId};

use super::configuration::ConfigurationFile;
use super::ending::Ending;
use super::{print, runtime};

/// Validate the configuration, then try it against WeCom.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  menshen check --config /etc/menshen/menshen.toml\n  menshen check --as zhangsan --url https://wiki.example.com/finance/\n\nEnds with 0 when nothing failed, with 1 when something failed, with 2 when the configuration is wrong.\nWith --url: 0 when the request would pass, 1 when not.\nRun it on the machine of the gateway, while the gateway runs: WeCom looks at the address it comes from."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: ConfigurationFile,
    /// Say what would be decided when this address of a site is opened, and why.
    #[arg(long, value_name = "URL", help_heading = "Explain a decision")]
    url: Option<String>,
    /// The member who opens it; without it, nobody is signed in.
    #[arg(
        long = "as",
        value_name = "USERID",
        requires = "url",
        help_heading = "Explain a decision"
    )]
    member: Option<UserId>,
    /// The method.
    #[arg(
        long,
        value_name = "METHOD",
        default_value = "GET",
        requires = "url",
        help_heading = "Explain a decision"
    )]
    method: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Ending> {
    let loaded = arguments.configuration.load()?;
    if let Some(url) = &arguments.url {
        let question = Question {
            user_id: arguments.member.clone(),
            url: url.clone(),
            method: arguments.method.clone(),
        };
        return runtime::run(explain(&loaded.config, &question));
    }
    let mut findings = read(&loaded);
    for finding in &findings {
        print::line(finding)?;
    }
    findings.extend(runtime::run(try_out(&loaded.config))?);
    summary(&findings)
}

/// What reading the configuration came to.
fn read(loaded: &Loaded) -> Vec<Finding> {
    if loaded.warnings.is_empty() {
        let good = "right as far as one can tell by reading";
        return vec![Finding::new(Level::Good, "configuration", good)];
    }
    let warnings = loaded.warnings.iter().map(|warning| {
        let what = format!("{}: {} {}", warning.place, warning.key, warning.wrong.what);
        Finding::new(Level::Warning, "configuration", what).remedy(&warning.wrong.remedy)
    });
    warnings.collect()
}

async fn try_out(config: &Config) -> Result<Vec<Finding>, Ending> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let findings = diagnose::diagnose(config, &clock, &Arc::new(Entropy::system())).await;
    for finding in &findings {
        print::line(finding)?;
    }
    Ok(findings)
}

/// What would be decided; 0 when the request would pass, 1 when not.
async fn explain(config: &Config, question: &Question) -> Result<ExitCode, Ending> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy = Arc::new(Entropy::system());
    let answer = diagnose::explain(config, &clock, &entropy, question).await;
    let answer = answer.map_err(Ending::failed)?;
    print::line(answer.text.trim_end())?;
    Ok(if answer.passes {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn summary(findings: &[Finding]) -> Result<ExitCode, Ending> {
    let count = |level| {
        findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    };
    let (failed, warnings) = (count(Level::Failed), count(Level::Warning));
    let plural = if warnings == 1 { "" } else { "s" };
    print::line(format!("\n{failed} failed, {warnings} warning{plural}"))?;
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
