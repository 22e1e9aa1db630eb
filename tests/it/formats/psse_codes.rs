//! Transformers of RAW files: one physical unit said by every code, in every revision.
//!
//! Expected admittances are those of the format's equations for the model (an ideal ratio at each winding, the impedance between
//! them), the numbers in the file what the tables of the codes make of that unit: PSS/E's documentation as of
//! `formats/psse-raw.md` of the shared folder, sections 3 and 4.7.

use super::psse::electrically;
use gridstage::read::{Format, read_text};
use num_complex::Complex64;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const SBASE_MVA: f64 = 100.0;
/// Rated voltages of the buses 1 to 3.
const BASE_KV: [f64; 3] = [220.0, 110.0, 22.0];
/// Ratios of the windings, p.u. of the bus's rated voltage, and their shifts.
const TURNS: [f64; 3] = [1.025, 0.98, 1.01];
const SHIFT_DEG: [f64; 3] = [0.0, 0.0, -30.0];
/// Impedances 1-2, 2-3 and 3-1, p.u. on the system base, and the base power of each.
const Z: [(f64, f64); 3] = [(0.0021, 0.051), (0.0034, 0.0823), (0.0042, 0.141)];
const BASE_MVA: [f64; 3] = [250.0, 63.0, 40.0];
/// Magnetising admittance, p.u. on the system base.
const YM: (f64, f64) = (0.0004, -0.0031);

/// The codes CW, CZ, CM.
type Codes = (u8, u8, u8);

/// Rated voltage of a winding. With CW 3 it may be another than the bus's, but for codes that put an impedance on it.
fn nominal_kv(winding: usize, (cw, cz, cm): Codes) -> f64 {
    if cw == 3 && cz == 1 && cm == 1 { 1.05 * BASE_KV[winding] } else { BASE_KV[winding] }
}

fn windv(winding: usize, codes: Codes) -> f64 {
    match codes.0 {
        1 => TURNS[winding],
        2 => TURNS[winding] * BASE_KV[winding],
        _ => TURNS[winding] * BASE_KV[winding] / nominal_kv(winding, codes),
    }
}

/// Two impedance fields and the base.
fn impedance(pair: usize, (_, cz, _): Codes) -> String {
    let ((r, x), base) = (Z[pair], BASE_MVA[pair]);
    let on_base = base / SBASE_MVA;
    let (first, second) = match cz {
        1 => (r, x),
        2 => (r * on_base, x * on_base),
        _ => (r * on_base * 1e6 * base, r.hypot(x) * on_base),
    };
    format!("{first:e},{second:e},{base}")
}

fn magnetising((_, _, cm): Codes) -> String {
    let (g, b) = YM;
    if cm == 1 {
        return format!("{g:e},{b:e}");
    }
    format!("{:e},{:e}", g * 1e6 * SBASE_MVA, g.hypot(b) * SBASE_MVA / BASE_MVA[0])
}

/// The line of a winding as a revision has it.
fn winding(at: usize, codes: Codes, revision: u32) -> String {
    let ratings = if revision >= 34 { [",0"; 12].concat() } else { ",0,0,0".to_owned() };
    let control = match revision {
        35 => ",0,0,0,1.1,0.9,1.1,0.9,33,0,0,0,0",
        34 => ",0,0,1.1,0.9,1.1,0.9,33,0,0,0,0,0",
        31..=33 => ",0,0,1.1,0.9,1.1,0.9,33,0,0,0,0",
        _ => ",0,0,1.1,0.9,1.1,0.9,33,0,0,0",
    };
    // Up to revision 30 only the first winding has a control.
    let control = if revision <= 30 && at > 0 { "" } else { control };
    format!("{:e},{},{}{ratings}{control}\n", windv(at, codes), nominal_kv(at, codes), SHIFT_DEG[at])
}

/// A file with a machine at bus 1, loads at the others, and the transformer between them.
fn file(windings: usize, codes: Codes, revision: u32) -> String {
    let mut text = format!("0, {SBASE_MVA}, {revision}, 0, 0, 50.0\nONE TRANSFORMER\n\n");
    if revision >= 34 {
        text += "GENERAL, THRSHZ=0.0001\n0 / END OF SYSTEM-WIDE DATA\n";
    }
    for (k, kv) in BASE_KV.iter().enumerate().take(windings) {
        let (bus, kind) = (k + 1, if k == 0 { 3 } else { 1 });
        let shunt = if revision <= 30 { "0,0," } else { "" };
        let owner = if revision <= 30 { ("", ",1") } else { ("1,", "") };
        let _ = writeln!(text, "{bus},'BUS {bus}',{kv},{kind},{shunt}1,1,{}1.0,0.0{}", owner.0, owner.1);
    }
    text += "0 / END OF BUS DATA\n2,'1',1,1,1,10.0,3.0\n0 / END OF LOAD DATA\n";
    if revision >= 31 {
        text += "0 / END OF FIXED SHUNT DATA\n";
    }
    text += "1,'1',0,0,99,-99,1.0\n0 / END OF GENERATOR DATA\n0 / END OF BRANCH DATA\n";
    if revision >= 34 {
        text += "0 / END OF SYSTEM SWITCHING DEVICE DATA\n";
    }
    let (third, magnetising) = (if windings == 3 { 3 } else { 0 }, magnetising(codes));
    let (cw, cz, cm) = codes;
    let _ = writeln!(text, "1,2,{third},'1',{cw},{cz},{cm},{magnetising},2,'UNIT',1,1,1.0");
    text += &impedance(0, codes);
    if windings == 3 {
        let _ = write!(text, ",{},{},1.0,0.0", impedance(1, codes), impedance(2, codes));
    }
    text += "\n";
    text += &winding(0, codes, revision);
    if windings == 3 {
        text += &winding(1, codes, revision);
        text += &winding(2, codes, revision);
    } else {
        let _ = writeln!(text, "{:e},{}", windv(1, codes), nominal_kv(1, codes));
    }
    text + "0 / END OF TRANSFORMER DATA\nQ\n"
}

/// An ideal ratio t·exp(j·shift) at `from`, an impedance behind it, and a ratio at `to`.
fn put(
    ybus: &mut BTreeMap<(String, String), Complex64>,
    [from, to]: [&str; 2],
    [own, other]: [Complex64; 2],
    z: Complex64,
) {
    let y = z.inv();
    let mut add = |row: &str, column: &str, entry| {
        *ybus.entry((row.to_owned(), column.to_owned())).or_default() += entry;
    };
    add(from, from, y / own.norm_sqr());
    add(from, to, -y / (own.conj() * other));
    add(to, from, -y / (own * other.conj()));
    add(to, to, y / other.norm_sqr());
}

fn expected(windings: usize) -> BTreeMap<(String, String), Complex64> {
    let mut ybus = BTreeMap::new();
    let ratio = |k: usize| Complex64::from_polar(TURNS[k], SHIFT_DEG[k].to_radians());
    let z = Z.map(|(r, x)| Complex64::new(r, x));
    if windings == 2 {
        put(&mut ybus, ["1", "2"], [ratio(0), ratio(1)], z[0]);
    } else {
        let [z12, z23, z31] = z;
        let legs = [z12 + z31 - z23, z12 + z23 - z31, z23 + z31 - z12].map(|twice| twice / 2.0);
        for (k, bus) in ["1", "2", "3"].into_iter().enumerate() {
            put(&mut ybus, [bus, ""], [ratio(k), Complex64::ONE], legs[k]);
        }
    }
    *ybus.entry(("1".to_owned(), "1".to_owned())).or_default() += Complex64::new(YM.0, YM.1);
    ybus
}

#[test]
fn a_transformer_is_the_same_by_whatever_codes_a_file_gives_it() {
    let mut tried = 0;
    for windings in [2, 3] {
        let expected = expected(windings);
        for revision in 29..=35 {
            for codes in (1..=3).flat_map(|cw| (1..=3).flat_map(move |cz| [(cw, cz, 1), (cw, cz, 2)])) {
                let text = file(windings, codes, revision);
                let about = format!("{windings} windings, revision {revision}, CW CZ CM {codes:?}");
                let read = read_text(text.as_bytes(), Format::Raw, "codes.raw");
                let read = read.unwrap_or_else(|e| panic!("{about}: {e:#?}\n{text}"));
                assert!(read.findings.is_empty(), "{about}: {:#?}", read.findings);
                let mut found = electrically(&read.plan.network);
                found.retain(|(_, column), _| column != "injection");
                for (place, y) in &expected {
                    let there = found.remove(place).unwrap_or_default();
                    assert!(
                        (there - y).norm() <= 1e-12 * y.norm(),
                        "{about}: {place:?} {there}, not {y}\n{text}"
                    );
                }
                assert!(found.values().all(|y| y.norm() == 0.0), "{about}: {found:?}");
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 2 * 7 * 18);
}
