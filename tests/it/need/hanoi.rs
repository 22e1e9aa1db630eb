//! The stress of Hanoi in 2025, before the programme of 2025 to 2030, as FACTS.md of the hand-over has it by pandapower 3.5.6:
//! loadings in 2025 of Mai Dong - Gia Lam 128 %, Hoa Binh - Xuan Mai 121 %, Thuong Tin - Tia 108 %, Long Bien 122 %, Ha Dong 116 %;
//! no line above 100 % in 2030.

use super::{options, plan};
use gridstage::appraise::dated::{Days, yearly};
use gridstage::appraise::headroom::headroom;
use gridstage::appraise::need::{Delays, NeedBy, Outcome};
use gridstage::model::{ElementId, Plan};
use std::path::Path;

fn hanoi() -> Plan {
    let mut plan =
        gridstage::read::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/hanoi")).unwrap().plan;
    // The peak is enough.
    let peak = plan.scenarios.iter().next().unwrap().clone();
    plan.scenarios = gridstage::ids::Col::from(vec![peak]);
    plan
}

#[test]
fn need_tells_the_stress_of_2025_and_what_the_next_programme_may_not_miss() {
    let yearly = yearly(&hanoi()).unwrap();
    let days = Days::new(yearly, plan::with_controls(options(&hanoi(), false)), &|| ()).unwrap();
    let of_year = |year: &str| {
        let found = days.planned.iter().find(|state| days.plan.stages[state.stage].id == year);
        &found.unwrap().judged.violations
    };
    let network = &days.plan.network;
    for (id, percent) in [
        ("MAIDONG-GIALAM-110-1#1", 128.0),
        ("HOABINH-XUANMAI-220-1#1", 121.0),
        ("THUONGTIN-TIA-110-1#1", 108.0),
        ("LONGBIEN-T220-1", 122.0),
        ("HADONG-T220-1", 116.0),
    ] {
        let here = |v: &&gridstage::criteria::Violation| {
            v.quantity == "loading" && v.element.is_some_and(|element| network.id_of(element) == id)
        };
        let found = of_year("2025").iter().find(here).unwrap_or_else(|| panic!("{id} is not told"));
        assert!((found.value - percent).abs() < 3.0, "{id}: {} %", found.value);
    }
    let lines = |year| of_year(year).iter().filter(|v| matches!(v.element, Some(ElementId::Line(_)))).count();
    assert_eq!(lines("2030"), 0);
    assert!(lines("2029") > lines("2025"), "it grows until the programme comes");
    // Dan Phuong 500 kV, 2030: no year to spare, and worse with every year.
    let work = days.plan.projects.iter_ids().find(|(_, project)| project.id == "P232").unwrap().0;
    let mut rows = Vec::new();
    Delays::new(&days).run(&[work], 3, &mut |row| rows.push(row));
    assert!(matches!(rows[0].need, NeedBy::Day { float_years: 0, .. }), "{:?}", rows[0].need);
    let beyond: Vec<f64> = rows[0]
        .slips
        .iter()
        .map(|slip| if let Outcome::Fails { beyond_mw, .. } = slip.outcome { beyond_mw } else { 0.0 })
        .collect();
    assert!(beyond[0] > 100.0 && beyond.is_sorted(), "{beyond:?}");
}

#[test]
fn headroom_at_gia_lam_is_nearly_gone_in_2025_and_there_again_in_2030() {
    let plan = hanoi();
    let options = plan::with_controls(options(&plan, false));
    let gia_lam = plan.network.substations.iter_ids().find(|(_, station)| station.id == "GIALAM").unwrap().0;
    let days = Days::new(plan, options, &|| ()).unwrap();
    let never = gridstage::study::Stop::never();
    let (rows, effort, _) = headroom(&days, &|station| station == gia_lam, &never, &|_| ()).unwrap();
    let room = |year: &str| {
        let row = rows.iter().find(|row| days.plan.stages[row.stage].id == year).unwrap();
        row.intact.p_mw
    };
    assert!(room("2025") < 10.0 && room("2030") >= 10.0, "{} {}", room("2025"), room("2030"));
    assert_eq!((rows.len(), effort.outages), (5, 0));
}
