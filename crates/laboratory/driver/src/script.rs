//! wrk's Lua scripts: the same files with the same meanings.
//!
//! Each thread has an environment of its own, and `setup` and `done` have another one, as under wrk. Beyond wrk's
//! globals there is one more: `expect()`, which is called after each `request()` and returns the
//! right status for that very request, or nil if any will do. wrk never calls it.

mod debug;
mod environment;
mod figures;
mod thread;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use mlua::{Function, Lua, LuaString, Table, Value};

use crate::{Error, Target, answer::Fault, tally::Tally};
use environment::create;
use figures::Figures;
use thread::Handle;

/// A script, and what it is told of the run.
#[derive(Debug, Clone)]
pub(crate) struct Script<'a> {
    pub(crate) target: &'a Target,
    pub(crate) file: Option<&'a Path>,
    /// What `init` gets behind the URL.
    pub(crate) arguments: &'a [String],
    /// `Name: value`, for `wrk.headers`.
    pub(crate) headers: &'a [(String, String)],
}

/// The environment of `setup` and `done`.
pub(crate) struct MainScript {
    lua: Lua,
    file: PathBuf,
    /// The threads' environments, in which `done` may look things up when the threads have ended.
    _threads: Vec<Lua>,
}

/// The environment of a thread.
pub(crate) struct ThreadScript {
    lua: Lua,
    file: PathBuf,
    request: Option<Function>,
    expect: Option<Function>,
    delay: Option<Function>,
    response: Option<Function>,
    /// What is sent where the script has no `request`.
    fixed: Vec<u8>,
    /// Set by `thread:stop()`.
    pub(crate) stop: Arc<AtomicBool>,
    pub(crate) address: SocketAddr,
}

/// A request, and what its response must be.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) bytes: Vec<u8>,
    pub(crate) expected: Option<u16>,
}

impl Script<'_> {
    /// Makes the environments of a run: calls `setup` and `init` for each thread.
    pub(crate) fn start(&self, threads: usize) -> Result<(MainScript, Vec<ThreadScript>), Error> {
        let addresses = self.target.addresses()?;
        let address = *addresses.first().ok_or_else(|| Error::Url {
            url: self.target.url.clone(),
            reason: "its host has no address".to_owned(),
        })?;
        let file = self.file.unwrap_or(Path::new("no script")).to_owned();
        let failed = |error: mlua::Error| Error::script(&file, &error);
        let main = create(self).map_err(failed)?;
        let threads = (0..threads).map(|_| self.thread(&main, &file, address).map_err(failed));
        let threads = threads.collect::<Result<Vec<_>, Error>>()?;
        let environments = threads.iter().map(|thread| thread.lua.clone()).collect();
        Ok((MainScript { lua: main, file, _threads: environments }, threads))
    }

    fn thread(&self, main: &Lua, file: &Path, address: SocketAddr) -> mlua::Result<ThreadScript> {
        let lua = create(self)?;
        let handle = Handle::new(&lua, address);
        let wrk: Table = lua.globals().get("wrk")?;
        wrk.set("thread", handle.clone())?;
        main.globals().get::<Table>("wrk")?.get::<Function>("setup")?.call::<()>(handle.clone())?;
        let arguments = lua.create_table()?;
        let words = std::iter::once(&self.target.url).chain(self.arguments);
        for (at, word) in words.enumerate() {
            arguments.set(at, word.as_str())?;
        }
        wrk.get::<Function>("init")?.call::<()>(arguments)?;
        let fixed: LuaString = wrk.get::<Function>("request")?.call(())?;
        let global = |name: &str| match lua.globals().get(name)? {
            Value::Function(function) => Ok::<_, mlua::Error>(Some(function)),
            _ => Ok(None),
        };
        let (request, expect) = (global("request")?, global("expect")?);
        Ok(ThreadScript {
            request,
            expect,
            delay: global("delay")?,
            response: global("response")?,
            fixed: fixed.as_bytes().to_vec(),
            file: file.to_owned(),
            stop: handle.stop(),
            address: handle.address(),
            lua,
        })
    }
}

impl MainScript {
    /// Calls `done`, where the script has it.
    pub(crate) fn done(&self, tally: &Tally, duration_us: u64) -> Result<(), Error> {
        let done = || -> mlua::Result<()> {
            let Value::Function(done) = self.lua.globals().get("done")? else { return Ok(()) };
            let errors = self.lua.create_table()?;
            for (name, count) in tally.errors.named() {
                errors.set(name, count)?;
            }
            let summary = self.lua.create_table()?;
            summary.set("duration", duration_us)?;
            summary.set("requests", tally.requests)?;
            summary.set("bytes", tally.bytes)?;
            summary.set("errors", errors)?;
            done.call((summary, Figures::of(&tally.latency), Figures::of(&tally.rates)))
        };
        done().map_err(|error| Error::script(&self.file, &error))
    }
}

impl ThreadScript {
    /// Whether the script wants to see every response whole.
    pub(crate) fn wants_responses(&self) -> bool {
        self.response.is_some()
    }

    pub(crate) fn has_delay(&self) -> bool {
        self.delay.is_some()
    }

    /// Fills in the next request.
    pub(crate) fn request(&self, request: &mut Request) -> Result<(), Error> {
        request.bytes.clear();
        let asked = match &self.request {
            None => {
                request.bytes.extend_from_slice(&self.fixed);
                Ok(())
            }
            Some(function) => function.call::<LuaString>(()).map(|bytes| {
                request.bytes.extend_from_slice(&bytes.as_bytes());
            }),
        };
        let expected = match &self.expect {
            None => Ok(None),
            Some(function) => function.call::<Option<u16>>(()),
        };
        request.expected =
            asked.and(expected).map_err(|error| Error::script(&self.file, &error))?;
        Ok(())
    }

    /// How many milliseconds the next request is to wait.
    pub(crate) fn delay(&self) -> Result<u64, Error> {
        let Some(delay) = &self.delay else { return Ok(0) };
        let delay = delay.call::<Option<f64>>(()).map_err(|error| self.failed(&error))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of milliseconds, at least 0, is what wrk makes of it"
        )]
        Ok(delay.unwrap_or(0.0).max(0.0) as u64)
    }

    /// Shows a response to the script.
    pub(crate) fn response(&self, status: u16, head: &[u8], body: &[u8]) -> Result<(), Error> {
        let Some(response) = &self.response else { return Ok(()) };
        let call = || -> mlua::Result<()> {
            let mut fields = [httparse::EMPTY_HEADER; 64];
            let mut parsed = httparse::Response::new(&mut fields);
            let headers = self.lua.create_table()?;
            // It was parsed once already.
            if parsed.parse(head).is_ok() {
                for field in parsed.headers.iter() {
                    headers.set(field.name, self.lua.create_string(field.value)?)?;
                }
            }
            response.call((status, headers, self.lua.create_string(body)?))
        };
        call().map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &mlua::Error) -> Error {
        Error::script(&self.file, error)
    }
}

/// How many requests a script sends at once; it may pipeline.
pub(crate) fn count_requests(bytes: &[u8]) -> Result<u32, Fault> {
    let (mut rest, mut count) = (bytes, 0);
    while !rest.is_empty() {
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut fields);
        let head = match request.parse(rest) {
            Ok(httparse::Status::Complete(head)) => head,
            Ok(httparse::Status::Partial) => return Err(Fault::ClosedEarly),
            Err(_) => return Err(Fault::Garbage),
        };
        let body = &rest[head..];
        let field =
            |name: &str| request.headers.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        let length = match field("content-length") {
            _ if field("transfer-encoding").is_some() => chunks_length(body)?,
            None => 0,
            Some(field) => std::str::from_utf8(field.value)
                .ok()
                .and_then(|length| length.trim().parse().ok())
                .ok_or(Fault::UnclearLength)?,
        };
        rest = body.get(length..).ok_or(Fault::ClosedEarly)?;
        count += 1;
    }
    if count == 0 { Err(Fault::Unanswered) } else { Ok(count) }
}

/// The length of a body in chunked coding, without trailers.
fn chunks_length(body: &[u8]) -> Result<usize, Fault> {
    let mut length = 0;
    loop {
        let rest = body.get(length..).ok_or(Fault::ClosedEarly)?;
        let Ok(httparse::Status::Complete((line, size))) = httparse::parse_chunk_size(rest) else {
            return Err(Fault::BadChunk);
        };
        let size = usize::try_from(size).map_err(|_| Fault::BadChunk)?;
        // A line feed and a carriage return end each chunk.
        length = size.checked_add(length + line + 2).ok_or(Fault::BadChunk)?;
        if size == 0 {
            return Ok(length);
        }
    }
}

#[cfg(test)]
mod tests;
