//! How the compiler was told to build a program.

use std::{collections::BTreeMap, env, path::Path, process::Command};

use crate::Told;

const NOT_OPTIMISED: &str = "built without optimisation, so many times slower than a release build";

/// The facts as a JSON object.
pub(crate) fn build_info(allocator: &str) -> Told {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut facts = facts(&arguments);
    facts.insert("allocator", allocator.to_owned());
    if let Some(version) = compiler(&["--version".to_owned()]) {
        facts.insert("compiler", version.trim().to_owned());
    }
    if let Some(cfg) = compiler(&target(&arguments)) {
        facts.insert("target features", features(&cfg));
    }
    Ok(serde_json::to_string(&facts)?)
}

/// What the compiler's arguments say.
fn facts(arguments: &[String]) -> BTreeMap<&'static str, String> {
    let options = options(arguments);
    let option = |name: &str, default: &str| options.get(name).map_or(default, |it| it).to_owned();
    let level = option("opt-level", "0");
    let mut facts = BTreeMap::new();
    if matches!(level.as_str(), "0" | "1") {
        facts.insert("warning", NOT_OPTIMISED.to_owned());
    }
    if let Some(profile) = profile(arguments) {
        facts.insert("profile", profile);
    }
    facts.insert("optimisation level", level);
    facts.insert(
        "link-time optimisation",
        match option("lto", "no").as_str() {
            // What the compiler takes for yes is the fat one.
            "" | "y" | "yes" | "on" | "true" => "fat".to_owned(),
            "n" | "no" | "off" | "false" => "no".to_owned(),
            kind => kind.to_owned(),
        },
    );
    facts.insert("code generation units", option("codegen-units", "the default"));
    if let Some(&cpu) = options.get("target-cpu") {
        facts.insert("target CPU", cpu.to_owned());
    }
    facts
}

/// The options of code generation by name, the last of each; of one without a value, the value is empty.
fn options(arguments: &[String]) -> BTreeMap<&str, &str> {
    let options = values(arguments, "-C").chain(values(arguments, "--codegen"));
    options.map(|option| option.split_once('=').unwrap_or((option, ""))).collect()
}

/// What follows a flag, as a word of its own or in the same one.
fn values<'a>(arguments: &'a [String], flag: &'a str) -> impl Iterator<Item = &'a str> {
    arguments.iter().enumerate().filter_map(move |(at, argument)| {
        let rest = argument.strip_prefix(flag)?;
        if rest.is_empty() {
            return arguments.get(at + 1).map(String::as_str);
        }
        // `--out-dir=x`, but `-Cx`.
        if flag.starts_with("--") { rest.strip_prefix('=') } else { Some(rest) }
    })
}

/// The profile, whose name is that of the folder in which cargo collects what it builds.
fn profile(arguments: &[String]) -> Option<String> {
    let folder = Path::new(values(arguments, "--out-dir").next()?);
    let folder = folder.ancestors().find(|it| it.ends_with("deps"))?.parent()?;
    Some(folder.file_name()?.to_string_lossy().into_owned())
}

/// The arguments that make the compiler print its target's configuration.
fn target(arguments: &[String]) -> Vec<String> {
    let mut wanted = vec!["--print".to_owned(), "cfg".to_owned()];
    wanted.extend(values(arguments, "--target").map(|target| format!("--target={target}")));
    let all = options(arguments);
    let of_target = all.iter().filter(|(name, _)| name.starts_with("target-"));
    wanted.extend(of_target.map(|(name, value)| format!("-C{name}={value}")));
    wanted
}

/// The processor's features that the compiler may use, in what it printed.
fn features(cfg: &str) -> String {
    let features = cfg.lines().filter_map(|line| {
        line.strip_prefix("target_feature=\"").and_then(|rest| rest.strip_suffix('"'))
    });
    features.collect::<Vec<_>>().join(", ")
}

/// What the compiler prints, which is the program that this runs in.
fn compiler(arguments: &[String]) -> Option<String> {
    let output = Command::new(env::current_exe().ok()?).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_release_build_tells_its_profile_and_its_options() {
        let told = facts(&words(
            "--crate-name server -C opt-level=3 -C lto -C codegen-units=1 -Ctarget-cpu=native \
             --out-dir /x/target/release/deps",
        ));
        assert_eq!(told["profile"], "release");
        assert_eq!(told["optimisation level"], "3");
        assert_eq!(told["link-time optimisation"], "fat");
        assert_eq!(told["code generation units"], "1");
        assert_eq!(told["target CPU"], "native");
        assert_eq!(told.get("warning"), None);
    }

    #[test]
    fn the_last_option_of_a_name_is_the_one_that_counts() {
        let told = facts(&words("-C lto=fat -C opt-level=3 --codegen=lto=off -Copt-level=s"));
        assert_eq!(told["link-time optimisation"], "no");
        assert_eq!(told["optimisation level"], "s");
    }

    #[test]
    fn a_build_without_optimisation_is_warned_of() {
        assert!(facts(&words("--out-dir=/x/debug/deps")).contains_key("warning"));
    }

    #[test]
    fn the_target_is_asked_for_what_the_program_is_built_for() {
        let asked = target(&words("-C opt-level=3 --target aarch64-x -C target-feature=+lse"));
        assert_eq!(asked, words("--print cfg --target=aarch64-x -Ctarget-feature=+lse"));
        assert_eq!(
            features("unix\ntarget_feature=\"sse\"\ntarget_feature=\"sse2\"\n"),
            "sse, sse2"
        );
    }
}
