//! Somebody's own API: a matrix that knows nothing of the study's.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU8, Ordering},
};

use tempfile::TempDir;

use crate::user::{dyno, free_port, leftovers, root, run, samples};

/// A folder as `dyno init` writes it, with these contenders too.
fn initial(contenders: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let ended = run(dyno(&["init"]).arg(folder.path()));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let matrix = folder.path().join("dyno.toml");
    let text = fs::read_to_string(&matrix).unwrap();
    fs::write(&matrix, text + contenders).unwrap();
    folder
}

/// A second server of the same exchanges: Node's, or else Python's once more.
fn second() -> String {
    let node = root().join("crates/laboratory/dyno/tests/servers/hello.mjs");
    let program = match which::which("node") {
        Ok(_) => format!("\"node\", \"{}\"", node.display()),
        Err(_) => "\"python3\", \"{home}/hello.py\"".to_owned(),
    };
    contender("second", &program)
}

fn contender(name: &str, program: &str) -> String {
    format!(
        "\n[[contender]]\nname = {name:?}\nstack = \"\"\nrun = [{program}, \"{{host}}\", \"{{port}}\"]\n"
    )
}

fn with_matrix(folder: &Path, arguments: &[&str]) -> crate::user::Ended {
    run(dyno(arguments).current_dir(folder).env("DYNO_MATRIX", "dyno.toml"))
}

#[test]
fn two_servers_of_ones_own_are_measured_and_decided_between() {
    let folder = initial(&second());
    let port = free_port();
    let ended = with_matrix(
        folder.path(),
        &["bench", "--quick", "--duration", "1s", "--port", &port.to_string(), "--out", "campaign"],
    );
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(leftovers(port), [""; 0]);
    let campaign = folder.path().join("campaign");
    let samples = samples(&campaign);
    assert_eq!(samples.len(), 4, "{samples:?}");
    for sample in &samples {
        assert_eq!(sample["status"], "ok", "{sample:?}");
        assert_ne!(sample["checked_answers"], "0", "{sample:?}");
        let number = |column: &str| sample[column].parse::<f64>().unwrap();
        // One in six is refused.
        let share = number("non_2xx") / number("requests");
        assert!((0.1..0.23).contains(&share), "{share} of {sample:?}");
    }
    let document = fs::read_to_string(campaign.join("decision.md")).unwrap();
    for part in ["GET /hello, POST /orders", "-s load/hello.lua", "--exchanges hello.toml"] {
        assert!(document.contains(part), "decision.md does not tell {part:?}");
    }
}

#[test]
fn a_field_that_differs_is_found_and_named_by_its_path() {
    let folder = initial("");
    let server = folder.path().join("hello.py");
    let text = fs::read_to_string(&server).unwrap();
    fs::write(&server, text.replacen("\"world\"", "\"there\"", 1)).unwrap();
    let port = free_port().to_string();
    let ended = with_matrix(folder.path(), &["verify", "--port", &port]);
    assert_eq!(ended.code, Some(8), "{ended:?}");
    let told = "GET /hello (hello.toml, line 3): /hello: expected \"world\", got \"there\"";
    assert!(ended.stdout.contains(told), "{ended:?}");
    assert!(ended.error().contains(told), "{ended:?}");
}

#[test]
fn a_script_without_exchanges_is_checked_by_the_share_of_refusals_and_the_reports_say_so() {
    let folder = initial("");
    let matrix = folder.path().join("dyno.toml");
    let text = fs::read_to_string(&matrix).unwrap();
    let scripted = text.replace("exchanges = \"hello.toml\"", "script = \"get.lua\"");
    fs::write(folder.path().join("get.lua"), "wrk.path = \"/hello\"\n").unwrap();
    fs::write(&matrix, &scripted).unwrap();
    let port = free_port().to_string();
    let bench = ["bench", "--quick", "--duration", "1s", "--driver", "dyno", "--port", &port];
    let measured = || with_matrix(folder.path(), &[&bench[..], &["--out", "campaign"]].concat());
    let ended = measured();
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.error().contains("neither `exchanges` nor a `non_2xx_share`"), "{ended:?}");
    let line = "script = \"get.lua\"";
    fs::write(&matrix, scripted.replace(line, &format!("{line}\nnon_2xx_share = 0.0"))).unwrap();
    let ended = measured();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let document = fs::read_to_string(folder.path().join("campaign/decision.md")).unwrap();
    assert!(document.contains("dyno checked only the share of refusals among its answers"));
    fs::write(folder.path().join("get.lua"), "wrk.path = \"/other\"\n").unwrap();
    let ended = with_matrix(folder.path(), &["bench", "--resume", "campaign"]);
    assert_eq!(ended.code, Some(14), "{ended:?}");
    assert!(ended.error().contains("the scripts have changed"), "{ended:?}");
}

#[test]
fn a_server_is_held_to_what_another_one_answered() {
    let folder = initial("");
    let port = free_port().to_string();
    // A field that changes from answer to answer.
    let server = folder.path().join("hello.py");
    let text = fs::read_to_string(&server).unwrap();
    let changing = text.replacen(
        "{\"hello\": \"world\"}",
        "{\"hello\": \"world\", \"at\": __import__(\"time\").time_ns()}",
        1,
    );
    fs::write(&server, &changing).unwrap();
    let record = ["record", "python", "hello.toml", "recorded.jsonl", "--port", &port];
    let ended = with_matrix(folder.path(), &record);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let matrix = folder.path().join("dyno.toml");
    let lines = fs::read_to_string(&matrix).unwrap().replace("hello.toml", "recorded.jsonl");
    fs::write(&matrix, lines).unwrap();
    let ended = with_matrix(folder.path(), &["verify", "--port", &port]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    fs::write(&server, changing.replacen("\"world\"", "\"there\"", 1)).unwrap();
    let ended = with_matrix(folder.path(), &["verify", "--port", &port]);
    assert_eq!(ended.code, Some(8), "{ended:?}");
    let told = "GET /hello (recorded.jsonl, line 1): /hello: expected \"world\", got \"there\"";
    assert!(ended.error().contains(told), "{ended:?}");
}

#[test]
fn nothing_is_recorded_of_answers_that_change_of_https_and_where_nobody_answers() {
    let folder = TempDir::new().unwrap();
    let count = AtomicU8::new(0);
    let server = test_server::Server::start(move |mut peer| {
        while peer.request().is_some() {
            let digit = char::from(b'0' + count.fetch_add(1, Ordering::Relaxed));
            peer.send(format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{digit}").as_bytes());
        }
    });
    fs::write(folder.path().join("a.toml"), "[[exchange]]\nrequest = \"GET /\"\n").unwrap();
    let url = format!("http://{}", server.address);
    let ended = with_matrix(folder.path(), &["record", &url, "a.toml", "b.jsonl"]);
    assert_eq!(ended.code, Some(28), "{ended:?}");
    assert!(
        ended.error().starts_with("a.toml, line 1: GET / is answered differently"),
        "{ended:?}"
    );
    let ended = with_matrix(folder.path(), &["record", "https://a", "a.toml", "b.jsonl"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.error().contains("https is not"), "{ended:?}");
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let ended = with_matrix(folder.path(), &["record", &nobody, "a.toml", "b.jsonl"]);
    assert_eq!(ended.code, Some(18), "{ended:?}");
    assert!(ended.error().contains("refused the connection: start a server"), "{ended:?}");
    assert!(!folder.path().join("b.jsonl").exists());
}

#[test]
fn the_studys_description_becomes_exchanges_that_can_be_asked() {
    let folder = TempDir::new().unwrap();
    fs::copy(root().join("docs/openapi.json"), folder.path().join("api.json")).unwrap();
    let ended = with_matrix(folder.path(), &["import", "api.json", "api.jsonl"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("wrote 2 exchanges to api.jsonl"), "{ended:?}");
    let told = "left out: POST /validate: its body has no example in JSON";
    assert!(ended.stdout.contains(told), "{ended:?}");
    let ended = with_matrix(folder.path(), &["import", "api.json", "api.jsonl"]);
    assert_eq!(ended.code, Some(27), "{ended:?}");
    let ended = with_matrix(folder.path(), &["import", "api.jsonl", "b.jsonl"]);
    assert_eq!(ended.code, Some(29), "{ended:?}");
    assert!(ended.error().starts_with("api.jsonl is "), "{ended:?}");
}

#[test]
fn what_is_there_is_not_overwritten() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("hello.py"), "mine").unwrap();
    let ended = run(dyno(&["init"]).arg(folder.path()));
    assert_eq!(ended.code, Some(27), "{ended:?}");
    assert!(ended.error().contains("hello.py exists already"), "{ended:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn exchanges_that_cannot_be_used_are_told_with_file_and_line() {
    let folder = initial("");
    let refused = |text: &str, told: &str| {
        fs::write(folder.path().join("hello.toml"), text).unwrap();
        let ended = with_matrix(folder.path(), &["bench", "--dry-run"]);
        assert_eq!(ended.code, Some(26), "{ended:?}");
        assert!(ended.error().starts_with(told), "{ended:?}");
    };
    let exchange = "[[exchange]]\nrequest = \"GET /\"\nresponse = ";
    refused(&format!("{exchange}{{ stauts = 200 }}"), "hello.toml, line 3: unknown field `stauts`");
    refused(&format!("{exchange}{{ status = 200"), "hello.toml, line 3: ");
    refused(
        &format!("{exchange}{{ status = \"200\" }}"),
        "hello.toml, line 3: invalid type: string \"200\", expected a number, a table, or a list",
    );
    refused(
        &format!("{exchange}{{ status = 200, headers = {{ a = {{ matches = \"(\" }} }} }}"),
        "hello.toml, line 1: \"(\" is no regular expression: unclosed group",
    );
    refused(
        &format!("{exchange}{{ status = 200, schema = {{ type = 7 }} }}"),
        "hello.toml, line 1: `schema` is no JSON Schema",
    );
    refused(
        &format!("{exchange}{{ status = 200, schema = \"none.json\" }}"),
        "hello.toml, line 1: the file none.json cannot be read",
    );
    refused(
        &format!("{exchange}{{ status = [200, 400] }}"),
        "hello.toml, line 1: a load cannot leave it open",
    );
    fs::remove_file(folder.path().join("hello.toml")).unwrap();
    let ended = with_matrix(folder.path(), &["bench", "--dry-run"]);
    assert_eq!(ended.code, Some(26), "{ended:?}");
    assert!(ended.error().starts_with("hello.toml: cannot be read"), "{ended:?}");
}

#[test]
fn a_rule_without_a_criterion_is_refused() {
    let folder = initial("");
    let matrix = folder.path().join("dyno.toml");
    let text = fs::read_to_string(&matrix).unwrap();
    let criterion =
        "[[decision.criterion]]\nscenario = \"hello\"\nmetric = \"requests_per_s\"\nweight = 1\n";
    assert!(text.contains(criterion));
    fs::write(&matrix, text.replace(criterion, "criterion = []\n")).unwrap();
    let ended = with_matrix(folder.path(), &["bench", "--dry-run"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.error().contains("the decision has no criterion"), "{ended:?}");
}

#[test]
fn exchanges_are_driven_without_a_matrix_or_a_script() {
    let server = test_server::Server::answering(test_server::OK);
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a.toml");
    fs::write(
        &file,
        "[[exchange]]\nrequest = { path = \"/a\", text = \"x\", chunked = true }\nresponse = { status = 200, text = \"ok\" }\n",
    )
    .unwrap();
    let ended = run(dyno(&["drive", "-c2", "-t1", "-d200ms", "--exchanges"])
        .arg(&file)
        .arg(format!("http://{}", server.address)));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.stdout.contains(" 0 wrong; ") && ended.stdout.contains(" whole responses, 0 wrong"),
        "{ended:?}"
    );
    assert!(!ended.stdout.contains("checked: 0 statuses"), "{ended:?}");
}

#[test]
fn the_published_schema_is_that_of_the_format() {
    let schema = run(&mut dyno(&["generate", "exchange-schema"]));
    let published = fs::read_to_string(root().join("docs/exchange.schema.json")).unwrap();
    assert!(schema.stdout == published, "write it again as CONTRIBUTING.md says");
    let schema = serde_json::from_str(&published).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = initial("");
    let exchanges = fs::read_to_string(folder.path().join("hello.toml")).unwrap();
    let exchanges: serde_json::Value = toml::from_str(&exchanges).unwrap();
    let faults: Vec<String> = validator.iter_errors(&exchanges).map(|it| it.to_string()).collect();
    assert_eq!(faults, [""; 0]);
    let wrong =
        serde_json::json!({"exchange": [{"request": "GET /", "response": {"stauts": 200}}]});
    assert!(!validator.is_valid(&wrong));
}
