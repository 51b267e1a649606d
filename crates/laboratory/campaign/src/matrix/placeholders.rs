//! What stands in a contender's commands for what only a campaign knows.

use std::{net::SocketAddr, path::Path};

use exchange::MadeFiles;

use super::Contender;

/// The names that every command has a placeholder for, so that no file may have them.
pub(super) const RESERVED: [&str; 5] = ["home", "host", "listen", "port", "workers"];

/// The placeholder of the number of workers.
pub(super) const WORKERS: &str = "{workers}";

/// What the placeholders of a contender's command and variables stand for.
#[derive(Debug, Clone, Copy)]
pub struct Placeholders<'a> {
    /// `{listen}`, and its parts `{host}` and `{port}`.
    pub listen: SocketAddr,
    /// `{home}`: the folder of `dyno.toml`.
    pub home: &'a Path,
    /// The names of files, such as `{payload}`; those that are not made yet stay as they are.
    pub made: &'a MadeFiles,
    /// `{workers}`; `None` in plans from before there was any, whose commands do not have it.
    pub workers: Option<u32>,
}

impl Placeholders<'_> {
    /// A word of a command or a variable's value with its placeholders filled in.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let Self { listen, home, made, workers } = self;
        let mut text = text
            .replace("{home}", &home.to_string_lossy())
            .replace("{listen}", &listen.to_string())
            .replace("{host}", &listen.ip().to_string())
            .replace("{port}", &listen.port().to_string());
        if let Some(workers) = workers {
            text = text.replace(WORKERS, &workers.to_string());
        }
        let places = made.iter().filter_map(|(name, place)| Some((name, place.as_ref()?)));
        places.fold(text, |text, (name, place)| {
            text.replace(&format!("{{{name}}}"), &place.to_string_lossy())
        })
    }
}

impl Contender {
    /// The command that runs it.
    #[must_use]
    pub fn command(&self, places: Placeholders) -> Vec<String> {
        let mut words: Vec<String> = self.run.iter().map(|word| places.fill(word)).collect();
        // It is told from a name that is looked up in PATH by its slash.
        if let Some(program) = words.first_mut().filter(|program| program.contains('/')) {
            *program = places.home.join(&program).to_string_lossy().into_owned();
        }
        words
    }
}
