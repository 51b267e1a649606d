//! The files that a contender's command names.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use campaign::matrix::Contender;

/// What interpreters read. A script loads others that lie beside it; of other files, such as a server's data, only
/// those count that the command names.
const SCRIPTS: [&str; 7] = ["cjs", "js", "lua", "mjs", "php", "py", "rb"];

/// The files that its words and variables name besides its program, and the scripts beside them or in a folder that
/// they name; `home` is the folder that `{home}` stands for.
pub(super) fn files(contender: &Contender, home: &Path) -> BTreeSet<PathBuf> {
    let home = home.to_string_lossy();
    let words = contender.run.iter().skip(1).chain(contender.env.values());
    let mut found = BTreeSet::new();
    for word in words {
        let word = word.replace("{home}", &home);
        // `--config=/a`, and `/a:/b` of a search path.
        for path in word.split(['=', ':']).map(Path::new).filter(|path| path.is_absolute()) {
            if path.is_file() {
                found.insert(path.to_owned());
                if is_script(path) {
                    found.extend(path.parent().map(scripts).unwrap_or_default());
                }
            } else {
                found.extend(scripts(path));
            }
        }
    }
    found
}

/// The scripts that lie in a folder; none if it is not one.
fn scripts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| is_script(path) && path.is_file()).collect()
}

fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|extension| SCRIPTS.iter().any(|known| extension == *known))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use tempfile::TempDir;

    use super::*;

    const FILES: [&str; 6] =
        ["app/api.py", "app/rules.py", "app/data.db", "app/__pycache__/api.py", "conf", "server"];

    fn named(run: &[&str], env: &Value) -> Vec<String> {
        let folder = TempDir::new().unwrap();
        let home = folder.path();
        for path in FILES.map(|path| home.join(path)) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let contender = json!({ "name": "a", "stack": "", "run": run, "env": env });
        let found = files(&serde_json::from_value(contender).unwrap(), home);
        found.iter().map(|path| path.strip_prefix(home).unwrap().display().to_string()).collect()
    }

    #[test]
    fn files_that_a_command_names_are_found_with_the_scripts_beside_them() {
        let (none, scripts) = (json!({}), ["app/api.py", "app/rules.py"]);
        let cases: [(&[&str], Value, &[&str]); 6] = [
            (&["{home}/server", "--listen", "{listen}"], none.clone(), &[]),
            (&["server", "{home}/app/api.py"], none.clone(), &scripts),
            (&["server", "--app-dir", "{home}/app", "api:app"], none.clone(), &scripts),
            (&["server"], json!({ "PATHS": "/none:{home}/app" }), &scripts),
            (&["server", "--config={home}/conf"], none.clone(), &["conf"]),
            (&["server", "{home}/app/data.db"], none, &["app/data.db"]),
        ];
        for (run, env, files) in cases {
            assert_eq!(named(run, &env), files, "{run:?}");
        }
    }
}
