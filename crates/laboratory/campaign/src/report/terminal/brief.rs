//! The conclusion in five lines that stand on their own, in a chat too: which contender, by how much and how sure, what
//! would change it, where it was measured, and where the evidence is.

use super::super::{
    PAGE,
    figure::times,
    sentence::{self, ahead_of},
};
use crate::{
    analysis::{
        Analysis,
        bound::Bound,
        decision::{Decision, Leaning, Ranked, Standing},
        machines::Agreement,
    },
    human::counted,
    matrix::DecisionRule,
    record::{campaign::Campaign, machine::Machine},
};

/// The longest line whose words are ours to choose, in characters.
const LONGEST: usize = 80;

/// The five lines.
#[must_use]
pub fn brief(campaign: &Campaign, analysis: &Analysis) -> [String; 5] {
    let decision = &analysis.decision;
    [
        which(decision),
        how_far(decision, &campaign.plan.rule()),
        changes(analysis),
        measured(campaign, analysis),
        format!("Evidence: {}", campaign.folder.join(PAGE).display()),
    ]
}

fn which(decision: &Decision) -> String {
    match (&decision.winner, &decision.leaning) {
        (Some(winner), _) if decision.provisional => {
            format!("{winner} is recommended provisionally.")
        }
        (Some(winner), _) => format!("{winner} is recommended."),
        (None, Some(Leaning { contender, rounds, .. })) => {
            let few = if *rounds == 1 { "a single round is" } else { "two rounds are" };
            format!("Leaning towards {contender}: {few} too few to recommend it.")
        }
        (None, None) => "No contender can be recommended.".to_owned(),
    }
}

/// By how much, and how sure that is.
fn how_far(decision: &Decision, rule: &DecisionRule) -> String {
    let [leader, others @ ..] = decision.ranking.as_slice() else {
        return "None has every figure that the decision rule weighs.".to_owned();
    };
    let Some(next) = others.first() else {
        return "It is the only eligible contender, so there was nothing to decide.".to_owned();
    };
    let sure = match leader.lead {
        Some(lead) => format!(" {}", sentence::interval(lead)),
        None => ", by estimate".to_owned(),
    };
    let ties: Vec<&Ranked> = others.iter().filter(|other| other.ties()).collect();
    let with = match ties.as_slice() {
        [] => {
            return format!("{} scores {}{sure}.", leader.contender, ahead_of(decision, next));
        }
        [one] => one.contender.clone(),
        [one, other] => format!("{} and {}", one.contender, other.contender),
        [one, more @ ..] => format!("{} and {} others", one.contender, more.len()),
    };
    if decision.by_tie_breaker {
        return format!(
            "It ties on score with {with}, and is best in {}.",
            rule.tie_breaker.title()
        );
    }
    let bound = decision.bound_of_lead(next);
    if bound == Bound::Unknown {
        return format!("It ties on score with {with}: the driver holds them back.");
    }
    let scores = times(next.score.recip(), bound);
    format!("It ties on score with {with}: {scores}{sure}.")
}

/// What could lead to another recommendation, as far as there is room.
fn changes(analysis: &Analysis) -> String {
    let Decision { ranking, leaning, .. } = &analysis.decision;
    let to_lead = leaning.as_ref().map(|leaning| leaning.more_rounds);
    let more = analysis.decision.rounds_to_settle().max(to_lead);
    let driver_bound = ranking.iter().any(|one| one.against_leader == Standing::DriverBound);
    let mut scores = analysis.machines.iter().filter_map(|machines| machines.agreements.first());
    let depends = scores.any(Agreement::winner_depends);
    let causes = [
        more.map(|more| format!("about {}", counted(more, "more round"))),
        driver_bound.then(|| "a faster driver".to_owned()),
        depends.then(|| "another machine".to_owned()),
        other_weights(&analysis.decision),
    ];
    let mut line = String::new();
    for cause in causes.into_iter().flatten() {
        let longer = if line.is_empty() {
            format!("Could change it: {cause}")
        } else {
            format!("{line}; {cause}")
        };
        if line.is_empty() || longer.chars().count() < LONGEST {
            line = longer;
        }
    }
    if line.is_empty() {
        return "Nothing that was measured speaks against it, whatever the weights.".to_owned();
    }
    line + "."
}

/// The contender that most of the other weightings favour, with their share.
fn other_weights(decision: &Decision) -> Option<String> {
    let favoured = decision.favoured();
    let rivals = decision.ranking.iter().filter(|one| Some(one.contender.as_str()) != favoured);
    let rival = rivals.max_by(|one, other| one.weightings_won.total_cmp(&other.weightings_won))?;
    let percent = (rival.weightings_won * 100.0).round();
    (percent >= 1.0).then(|| format!("other weights ({percent} % favour {})", rival.contender))
}

fn measured(campaign: &Campaign, analysis: &Analysis) -> String {
    let Campaign { plan, environment, .. } = campaign;
    let machine = match &analysis.machines {
        Some(machines) => format!("{} machines", machines.machines.len()),
        None => processors(&environment.machine),
    };
    let day = environment.started_at.strftime("%Y-%m-%d");
    let rounds = counted(campaign.closed_rounds(), "round");
    let trials = counted(plan.trials_per_round(), "trial");
    format!("Measured {day} on {machine}, {rounds} of {trials}.")
}

fn processors(machine: &Machine) -> String {
    let is_virtual = if machine.hypervisor { " (virtual)" } else { "" };
    format!("{} × {}{is_virtual}", machine.processors, model(&machine.processor))
}

/// A processor's name without what its maker adds to it.
fn model(name: &str) -> String {
    let name = name.replace("(R)", "").replace("(TM)", "");
    let words = name.split('@').next().unwrap_or_default().split_whitespace();
    words.filter(|word| !matches!(*word, "CPU" | "Processor")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_is_named_in_few_words() {
        assert_eq!(
            model("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"),
            "Intel Xeon Platinum 8481C"
        );
        assert_eq!(model("AMD EPYC 7B13"), "AMD EPYC 7B13");
    }
}
