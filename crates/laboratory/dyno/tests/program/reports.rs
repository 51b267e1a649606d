//! What is made of the committed campaign: reports, exports and comparisons.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    reference::{change_samples, copy, copy_of, original},
    user::{Ended, dyno, rows, run},
};

fn compare(base: &Path, new: &Path, flags: &[&str]) -> Ended {
    run(dyno(&["compare"]).arg(base).arg(new).args(flags))
}

#[test]
fn the_committed_reports_are_what_this_program_makes_of_the_committed_samples() {
    for published in ["reference", "before", "study", "workers"] {
        let (_folder, campaign) = copy_of(published);
        let committed = original().with_file_name(published);
        let ended = run(dyno(&["report"]).arg(&campaign));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        for name in ["decision.md", "index.html", "summary.csv", "verdicts.csv"] {
            let (made, stands) = (fs::read(campaign.join(name)), fs::read(committed.join(name)));
            assert!(
                made.unwrap() == stands.unwrap(),
                "{name} is old: type ./dyno report reports/{published}"
            );
        }
    }
}

#[test]
fn exports_hold_what_was_measured_and_the_json_fits_its_schema() {
    let (folder, campaign) = copy();
    let file = |name: &str| folder.path().join(name);
    let mut command = dyno(&["report"]);
    command.arg(&campaign);
    for format in ["csv", "json", "markdown"] {
        command.arg(format!("--export-{format}")).arg(file(format));
    }
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{ended:?}");

    let schema = run(&mut dyno(&["generate", "schema"]));
    let published = fs::read_to_string(crate::user::root().join("docs/campaign.schema.json"));
    let is_published = schema.stdout == published.unwrap();
    assert!(is_published, "type ./dyno generate schema >docs/campaign.schema.json");
    let schema: serde_json::Value = serde_json::from_str(&schema.stdout).unwrap();
    let export: serde_json::Value =
        serde_json::from_slice(&fs::read(file("json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&export).map(|fault| fault.to_string()).collect();
    assert_eq!(faults, [""; 0]);
    let mut broken = export.clone();
    broken["samples"][0]["round"] = "first".into();
    assert!(!validator.is_valid(&broken), "the schema takes anything");
    assert_eq!(export["samples"].as_array().unwrap().len(), rows(&campaign));

    let cells = export["summaries"].as_array().unwrap().len();
    let text = |name: &str| fs::read_to_string(file(name)).unwrap();
    assert_eq!(text("csv").lines().count(), cells + 1);
    // A table of cells, and one for each search.
    let summaries = export["summaries"].as_array().unwrap();
    let names: Vec<&str> = summaries.iter().filter_map(|it| it["contender"].as_str()).collect();
    let is_row = |line: &&str| line.split('|').any(|cell| names.contains(&cell.trim()));
    assert_eq!(text("markdown").lines().filter(is_row).count(), cells);
}

#[test]
fn a_campaign_against_itself_has_no_regression() {
    let (_folder, campaign) = copy();
    let ended = compare(&campaign, &campaign, &["--fail-on-regression", "5%"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("| axum |") && !ended.stdout.contains("| worse"), "{ended:?}");
}

/// The same requests in a window 20 times as long, and a twentieth of the capacity, of one contender or of all.
fn slow_down(campaign: &Path, contender: Option<&str>) {
    const CHANGES: [(&str, f64); 4] = [
        ("duration_s", 20.0),
        ("requests_per_s", 0.05),
        ("bytes_per_s", 0.05),
        ("capacity_per_s", 0.05),
    ];
    change_samples(campaign, |row, place| {
        if contender.is_none_or(|name| row[place("contender")] == *name) {
            for (column, factor) in CHANGES {
                // A lost trial may have none.
                if let Ok(figure) = row[place(column)].parse::<f64>() {
                    row[place(column)] = (figure * factor).to_string();
                }
            }
        }
    });
}

#[test]
fn a_loss_that_all_cells_share_has_an_exit_code_of_its_own_unless_the_machine_may_be_the_cause() {
    let ((_one, base), (_other, new)) = (copy(), copy());
    slow_down(&new, None);
    let ended = compare(&base, &new, &["--fail-on-regression", "5%"]);
    assert_eq!(ended.code, Some(25), "{ended:?}");
    assert!(ended.stdout.contains("All are worse by more than 5"), "{ended:?}");
    assert!(ended.error().contains("throughput") && ended.error().contains("--against"));
    // The other way round it is a gain.
    assert_eq!(compare(&new, &base, &["--fail-on-regression", "5%"]).code, Some(0));

    let file = new.join("environment.json");
    let text = fs::read_to_string(&file).unwrap();
    let mut environment: serde_json::Value = serde_json::from_str(&text).unwrap();
    environment["machine"]["kernel"] = "Linux 9.9".into();
    fs::write(&file, environment.to_string()).unwrap();
    let ended = compare(&base, &new, &["--fail-on-regression", "5%"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("Another kernel may be the cause"), "{ended:?}");
    assert!(ended.stdout.contains("bench --against"), "{ended:?}");
}

#[test]
fn a_slower_contender_is_a_regression_with_an_exit_code_of_its_own() {
    let ((_one, base), (_other, new)) = (copy(), copy());
    slow_down(&new, Some("axum"));
    let ended = compare(&base, &new, &["--fail-on-regression", "5%"]);
    assert_eq!(ended.code, Some(16), "{ended:?}");
    assert!(ended.stdout.contains("worse by more than 5"), "{ended:?}");
    let json = compare(&base, &new, &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let worse = json["cells"].as_array().unwrap().iter().filter(|cell| cell["regression"] == true);
    assert!(worse.clone().count() > 0);
    assert!(worse.clone().all(|cell| cell["contender"] == "axum"));
    // The other way round it is none.
    assert_eq!(compare(&new, &base, &["--fail-on-regression", "5%"]).code, Some(0));
}

#[test]
fn what_cannot_be_compared_is_refused_unless_asked_for_and_then_every_line_says_so() {
    let ((_one, base), (_other, new)) = (copy(), copy());
    let file = new.join("plan.json");
    let mut plan: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    plan["load"]["connections"] = 240.into();
    fs::write(&file, plan.to_string()).unwrap();
    let refused = compare(&base, &new, &[]);
    assert_eq!(refused.code, Some(17), "{refused:?}");
    assert!(refused.error().contains("different loads"), "{refused:?}");
    let asked = compare(&base, &new, &["--anyway"]);
    assert_eq!(asked.code, Some(0), "{asked:?}");
    let lines = asked.stdout.lines().filter(|line| line.starts_with("| static"));
    assert!(
        lines.clone().count() > 0 && lines.clone().all(|line| line.ends_with("| not comparable |"))
    );
}

#[test]
fn a_campaign_is_found_in_a_git_revision_too() {
    let (folder, campaign) = copy();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(arguments);
        assert!(
            command.current_dir(folder.path()).output().unwrap().status.success(),
            "{arguments:?}"
        );
    };
    git(&["init", "--quiet"]);
    git(&["add", "reference"]);
    git(&["commit", "--quiet", "--message", "campaign"]);
    let ended = run(dyno(&["compare", "HEAD:reference"]).arg(&campaign).current_dir(folder.path()));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let wrong = run(dyno(&["compare", "HEAD:nowhere"]).arg(&campaign).current_dir(folder.path()));
    assert!(wrong.code != Some(0) && wrong.error().contains("HEAD:nowhere"), "{wrong:?}");
}

#[test]
fn packagers_get_completions_that_know_the_contenders() {
    for (what, word) in [
        ("complete-bash", "complete -F"),
        ("complete-zsh", "#compdef dyno"),
        ("complete-fish", "complete -c dyno"),
        ("complete-powershell", "Register-ArgumentCompleter"),
    ] {
        let ended = run(&mut dyno(&["generate", what]));
        assert!(ended.code == Some(0) && ended.stdout.contains(word), "{what}: {ended:?}");
        let is_powershell = what == "complete-powershell";
        assert!(is_powershell || ended.stdout.contains("actix-web"), "{what}: {ended:?}");
    }
}

#[test]
fn packagers_get_a_manual_page_of_every_command_that_another_refers_to() {
    let folder = TempDir::new().unwrap();
    let ended = run(dyno(&["generate", "man"]).arg(folder.path()));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let page = |name: &str| fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap();
    let main = page("dyno");
    assert!(main.contains(".TH dyno"), "{main}");
    let main = main.replace("\\-", "-");
    let referred = main.split_whitespace().filter_map(|word| word.strip_suffix("(1)"));
    let referred: Vec<&str> = referred.collect();
    assert!(referred.contains(&"dyno-bench"), "{referred:?}");
    for name in referred {
        assert!(page(name).contains(&format!(".TH {name}")), "{name}");
    }
}

#[test]
fn nothing_is_coloured_where_there_is_no_terminal() {
    let (_folder, campaign) = copy();
    let ended = run(dyno(&["report"]).arg(&campaign));
    assert!(!ended.stdout.contains('\u{1b}'), "{ended:?}");
}

#[test]
fn a_served_page_follows_the_campaign_and_is_for_its_own_name_alone() {
    let (_folder, campaign) = copy();
    let mut watch = dyno(&["report", "--serve", "--port", "0"])
        .arg(&campaign)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(watch.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).unwrap().split(';').next().unwrap().to_owned();
    let get = |path: &str, host: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let page = get("/", &address);
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("is recommended"), "{page}");
    assert_eq!(get("/", &address), page, "the page is kept");
    fs::remove_file(campaign.join("decision.md")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", campaign.join("decision.md")).unwrap();
    assert!(get("/decision.md", &address).starts_with("HTTP/1.1 404"));
    let before = get("/version", &address);
    let file = campaign.join("samples.csv");
    let text = fs::read_to_string(&file).unwrap();
    let last = text.lines().last().unwrap();
    fs::write(&file, format!("{text}{last}\n")).unwrap();
    assert_ne!(get("/version", &address).lines().last(), before.lines().last());
    assert!(get("/", "evil.example").starts_with("HTTP/1.1 403"));
    assert!(get("/..%2f..%2fetc%2fpasswd", &address).starts_with("HTTP/1.1 404"));
    let pid = rustix::process::Pid::from_child(&watch);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    watch.wait().unwrap();
}
