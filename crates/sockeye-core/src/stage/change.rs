//! Other faults in the place of those that a chain has, while it is at work.
//! Never loses what the old ones hold, and never lets a unit overtake another.

use super::{
    chain::{Asked, Works},
    fault::Held,
    spec::FaultSpec,
};
use crate::{event::Event, unit::At};

/// Where in the new list each fault of the old one stands, if it stays. Those that stay do so in their order: a stage that
/// moved past another would let later units overtake.
fn places(old: &[Asked], new: &[FaultSpec]) -> Vec<Option<usize>> {
    let mut places = vec![None; old.len()];
    let mut from = 0;
    for (place, spec) in new.iter().enumerate() {
        let rest = old.iter().enumerate().skip(from);
        if let Some((index, _)) = rest.into_iter().find(|(_, asked)| *asked.text == *spec.text()) {
            if let Some(slot) = places.get_mut(index) {
                *slot = Some(place);
            }
            from = index + 1;
        }
    }
    places
}

impl Works {
    /// Puts the faults `specs` in the place of those that were asked for.
    pub(super) fn change(&mut self, specs: &[FaultSpec], at: At, notes: &mut Vec<Event>) {
        let places = places(&self.asked, specs);
        let stays = |place: usize| places.get(place).copied().flatten();
        self.let_go(&stays, at, notes);
        self.exit
            .cuttings
            .iter_mut()
            .for_each(|cutting| cutting.place = stays(cutting.place).unwrap_or_default());
        self.posts.iter_mut().for_each(|post| post.place = stays(post.place).unwrap_or_default());
        let old = std::mem::take(&mut self.asked);
        for (place, spec) in specs.iter().enumerate() {
            let had = places.iter().position(|slot| *slot == Some(place)).and_then(|index| old.get(index));
            let is_drawn = had.map_or_else(|| self.is_drawn(place, spec.chance), |had| had.is_drawn);
            self.asked.push(Asked { text: spec.shared_text(), is_drawn });
            if had.is_none() && is_drawn {
                self.add(spec, place, at);
            }
        }
        self.posts.sort_by_key(|post| post.place);
        self.exit.cuttings.sort_by_key(|cutting| cutting.place);
        // New ones may have to act before anything comes, and what was let go is to be drawn.
        let has_work = !self.posts.is_empty() || self.exit.held() > 0;
        self.wake = has_work.then_some(at);
    }

    /// Takes out those that do not stay; what they hold goes on to the next one that does, what is nearest to the end first.
    fn let_go(&mut self, stays: &dyn Fn(usize) -> Option<usize>, at: At, notes: &mut Vec<Event>) {
        let mut gone = Vec::new();
        for index in (0..self.posts.len()).rev() {
            let Some(post) = self.posts.get_mut(index).filter(|post| stays(post.place).is_none()) else {
                continue;
            };
            let held: Vec<Held> = post.stage.release();
            let (place, name) = (post.place, post.name);
            let post = self.posts.remove(index);
            gone.push((place, self.tally(name, &post.context)));
            for unit in held {
                self.pass_to(index, unit.unit(), at, notes);
            }
        }
        let cuttings = self.exit.retain(|place| stays(place).is_some());
        gone.extend(
            cuttings.iter().map(|cutting| (cutting.place, self.tally(cutting.name, &cutting.context))),
        );
        gone.sort_by_key(|(place, _)| *place);
        self.past.extend(gone.into_iter().map(|(_, tally)| tally));
    }
}
