//! What bytes cost to write down, in bits: the measure by which one way of cutting them is compared with another.
//! Never looks at the order of bytes: what a framing knows of places is subtracted before.
//!
//! The argument is that of minimum description length (Rissanen 1978). Bytes of which nothing is known are written with the cheaper
//! of two codes, eight bits each or by how often each value occurs (Laplace's rule, after saying which values there are). A framing foretells some of them, a length, a
//! delimiter, a constant, and costs what it takes to say which framing it is and how long the messages are. What it saves is
//! its evidence: bytes made by chance save k bits or more at most once in 2^k times (Markov's inequality).

/// How often each byte value occurs.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    counts: Box<[u32; 256]>,
    total: u32,
}

impl Histogram {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut all = Self { counts: Box::new([0; 256]), total: 0 };
        for &byte in bytes {
            all.count(byte);
        }
        all
    }

    fn count(&mut self, byte: u8) {
        if let Some(count) = self.counts.get_mut(usize::from(byte)) {
            *count += 1;
            self.total += 1;
        }
    }

    /// Takes out what is foretold.
    pub(super) fn forget(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if let Some(count) = self.counts.get_mut(usize::from(byte)).filter(|count| **count > 0) {
                *count -= 1;
                self.total -= 1;
            }
        }
    }

    /// The bits that these bytes cost.
    pub(super) fn cost(&self) -> f64 {
        let plain = 8.0 * f64::from(self.total);
        plain.min(self.laplace())
    }

    /// Whether the values are as evenly spread as those of chance, ciphers and packed data.
    pub(super) fn is_even(&self) -> bool {
        self.laplace() >= 8.0 * f64::from(self.total)
    }

    fn laplace(&self) -> f64 {
        let seen = self.counts.iter().filter(|count| **count > 0);
        let (mut kinds, mut orders) = (0_u32, 0.0);
        for count in seen {
            kinds += 1;
            orders += log2_factorial(*count);
        }
        if kinds == 0 {
            return 0.0;
        }
        // How many values there are, which, and how often each is.
        let which = 8.0 + log2_factorial(256) - log2_factorial(kinds) - log2_factorial(256 - kinds);
        which + log2_factorial(self.total + kinds - 1) - log2_factorial(kinds - 1) - orders
    }
}

/// The binary logarithm of n factorial, by Stirling's series; exact to a thousandth.
fn log2_factorial(n: u32) -> f64 {
    if n < 2 {
        return 0.0;
    }
    let n = f64::from(n);
    let natural = n * n.ln() - n + 0.5 * (2.0 * std::f64::consts::PI * n).ln() + 1.0 / (12.0 * n)
        - 1.0 / (360.0 * n.powi(3));
    natural * std::f64::consts::LOG2_E
}

/// The bits of a number of which nothing is known but that small ones are likelier (Elias's gamma code).
pub(super) fn number(n: usize) -> f64 {
    2.0 * (n as f64 + 1.0).log2().floor() + 1.0
}

/// The bits that so many sizes cost: each in the range of all, or each for itself, whichever is less.
pub(super) fn sizes(sizes: impl Iterator<Item = usize> + Clone) -> f64 {
    let (mut least, mut most, mut count, mut apart) = (usize::MAX, 0, 0_u32, 0.0);
    for size in sizes {
        (least, most) = (least.min(size), most.max(size));
        count += 1;
        apart += number(size);
    }
    if count == 0 {
        return 0.0;
    }
    let range = most - least;
    let together = number(least) + number(range) + f64::from(count) * (range as f64 + 1.0).log2();
    together.min(apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factorials_are_near_enough() {
        let mut exact = 0.0;
        for n in 2..300 {
            exact += f64::from(n).log2();
            assert!((log2_factorial(n) - exact).abs() < 0.001, "{n}");
        }
    }

    #[test]
    fn chance_costs_eight_bits_a_byte_and_zeros_next_to_nothing() {
        let mut chance = vec![0; 4096];
        sockeye_core::rule::Dice::new(1, 1).bytes(&mut chance);
        let chance = Histogram::of(&chance);
        assert!(chance.is_even() && (chance.cost() - 8.0 * 4096.0).abs() < 1.0);
        assert!(Histogram::of(&[0; 4096]).cost() < 17.0);
        assert!(Histogram::of(b"").cost().abs() < 0.1);
    }

    #[test]
    fn what_is_forgotten_costs_nothing() {
        let mut some = Histogram::of(b"abc");
        some.forget(b"abcz");
        assert!(some.cost().abs() < 0.1);
    }
}
