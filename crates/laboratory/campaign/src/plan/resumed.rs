//! A plan that is measured on: whether it is still that of the matrix at hand.

use super::{Plan, check, scripts};
use crate::matrix::{Contender, Matrix};

impl Plan {
    /// The earlier builds that are measured beside the contenders of `dyno.toml`.
    pub fn earlier_builds(&self) -> impl Iterator<Item = &Contender> {
        self.contenders.iter().filter(|contender| contender.folder.is_some())
    }

    /// The same plan with its earlier builds in the folders of these ones.
    #[must_use]
    pub fn with_earlier(mut self, earlier: &[Contender]) -> Self {
        for contender in &mut self.contenders {
            if let Some(one) = earlier.iter().find(|one| one.name == contender.name) {
                contender.folder.clone_from(&one.folder);
            }
        }
        self
    }

    /// What has changed in the matrix since the plan was made, or in the `earlier` builds, as a clause.
    /// The plan may be a stranger's: if nothing has, all that it runs is in the matrix at hand or in
    /// `earlier`, word for word.
    pub fn changed(
        &self,
        matrix: &Matrix,
        earlier: &[Contender],
    ) -> anyhow::Result<Option<String>> {
        check::load(&self.load)?;
        if self.matrix_sha256 != matrix.sha256() {
            return Ok(Some("dyno.toml has changed".to_owned()));
        }
        if let Some(foreign) = self.foreign(matrix, earlier) {
            return Ok(Some(foreign));
        }
        if self.exchanges_sha256 != Some(matrix.exchanges.sha256(&self.scenarios)) {
            return Ok(Some("the exchanges have changed".to_owned()));
        }
        let scripts = scripts::hashes(&matrix.folder, &self.scenarios)?;
        Ok((self.scripts_sha256 != scripts).then(|| "the scripts have changed".to_owned()))
    }

    /// What is not of the matrix that the plan claims to be made of.
    fn foreign(&self, matrix: &Matrix, earlier: &[Contender]) -> Option<String> {
        let of_another = |what: &str| format!("its {what} is not the one of dyno.toml");
        if !self.listen.ip().is_loopback() {
            return Some(format!("{} is not a loopback address", self.listen));
        }
        // Where an earlier build lies is a stranger's word too, and not listened to.
        let known = |one: &Contender| earlier.iter().any(|known| known.is_but_for_its_folder(one));
        if let Some(other) = self.earlier_builds().find(|one| !known(one)) {
            return Some(format!("its earlier build `{}` is another one", other.name));
        }
        let mut own = self.contenders.iter().filter(|one| one.folder.is_none());
        if let Some(other) = own.find(|one| !matrix.contenders.contains(one)) {
            return Some(of_another(&format!("contender `{}`", other.name)));
        }
        if let Some(other) = self.scenarios.iter().find(|one| !matrix.scenarios.contains(one)) {
            return Some(of_another(&format!("scenario `{}`", other.name)));
        }
        (self.decision != matrix.decision).then(|| of_another("decision rule"))
    }
}
