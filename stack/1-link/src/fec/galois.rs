//! The field GF(2^10) of the Reed-Solomon codes of 802.3.

/// Elements of the field other than zero.
pub const ORDER: usize = 1023;

/// `x^10 + x^3 + 1`, the primitive polynomial of 802.3 (91.5.2.7).
const POLYNOMIAL: u16 = 0b100_0000_1001;

/// An element of GF(2^10): ten bits, the lowest the coefficient of 1.
pub type Symbol = u16;

/// Powers and logarithms to the base of the primitive element.
struct Tables {
    power: [Symbol; 2 * ORDER],
    logarithm: [u16; ORDER + 1],
}

static TABLES: Tables = tables();

const fn tables() -> Tables {
    let mut power = [0; 2 * ORDER];
    let mut logarithm = [0; ORDER + 1];
    let (mut i, mut x) = (0, 1u16);
    while i < ORDER {
        power[i] = x;
        // Twice, so that a sum of two logarithms needs no reduction.
        power[i + ORDER] = x;
        logarithm[x as usize] = i as u16;
        x <<= 1;
        if x & 0x400 != 0 {
            x ^= POLYNOMIAL;
        }
        i += 1;
    }
    Tables { power, logarithm }
}

/// Product of two elements; bits above the tenth are ignored.
#[must_use]
pub fn product(a: Symbol, b: Symbol) -> Symbol {
    let (a, b) = (a & 0x3ff, b & 0x3ff);
    if a == 0 || b == 0 {
        return 0;
    }
    TABLES.power[log(a) + log(b)]
}

/// Quotient of two elements; `None` when the divisor is zero.
#[must_use]
pub fn quotient(a: Symbol, b: Symbol) -> Option<Symbol> {
    let (a, b) = (a & 0x3ff, b & 0x3ff);
    if b == 0 {
        return None;
    }
    Some(if a == 0 { 0 } else { TABLES.power[log(a) + ORDER - log(b)] })
}

/// The primitive element to a power.
#[must_use]
pub fn power(exponent: usize) -> Symbol {
    TABLES.power[exponent % ORDER]
}

fn log(a: Symbol) -> usize {
    usize::from(TABLES.logarithm[usize::from(a)])
}

/// Value of a polynomial, lowest coefficient first.
#[must_use]
pub fn evaluate(polynomial: &[Symbol], x: Symbol) -> Symbol {
    polynomial.iter().rev().fold(0, |value, c| product(value, x) ^ c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Schoolbook multiplication with reduction, which uses no table.
    fn by_shifting(a: Symbol, b: Symbol) -> Symbol {
        let mut sum: u32 = 0;
        for i in 0..10 {
            if b >> i & 1 == 1 {
                sum ^= u32::from(a) << i;
            }
        }
        for i in (10..20).rev() {
            if sum >> i & 1 == 1 {
                sum ^= u32::from(POLYNOMIAL) << (i - 10);
            }
        }
        sum as Symbol
    }

    #[test]
    fn products_are_those_of_polynomials() {
        for a in 0..1024 {
            for b in (0..1024).step_by(7) {
                assert_eq!(product(a, b), by_shifting(a, b), "{a} x {b}");
            }
        }
    }

    #[test]
    fn the_polynomial_is_primitive_and_division_undoes_multiplication() {
        let mut seen = [false; ORDER + 1];
        for i in 0..ORDER {
            assert!(!std::mem::replace(&mut seen[usize::from(power(i))], true), "{i}");
        }
        for a in 0..1024 {
            assert_eq!(quotient(product(a, 345), 345), Some(a));
        }
        assert_eq!(quotient(1, 0), None);
    }
}
