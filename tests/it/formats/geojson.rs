//! Grids on the map.

use super::{opened, solved};
use gridstage::report::geojson;
use serde_json::Value;
use std::path::Path;

fn own(folder: &str) -> gridstage::model::Network {
    opened(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).plan.network
}

/// Every bus and line of Hanoi's base grid that stands lies within the box of the region (RFC 7946: longitude first), with
/// its voltage; a line has the places of its two buses.
#[test]
fn buses_and_lines_lie_where_their_substations_are_with_their_results() {
    let network = own("grids/hanoi");
    let flow = solved(&network);
    let mut text = Vec::new();
    let lost = geojson::write(&network, Some(&flow), &mut text).unwrap();
    let map: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(map["type"], "FeatureCollection");
    let features = map["features"].as_array().unwrap();
    let of = |kind: &str| features.iter().filter(|f| f["properties"]["kind"] == kind).collect::<Vec<_>>();
    let standing = network.buses.iter().filter(|bus| bus.built && bus.substation.is_some()).count();
    assert_eq!(of("bus").len(), standing, "{lost:?}");
    assert!(of("line").len() > 20);
    for feature in features {
        let geometry = &feature["geometry"];
        let points: Vec<&Value> = match geometry["type"].as_str().unwrap() {
            "Point" => vec![&geometry["coordinates"]],
            "LineString" => geometry["coordinates"].as_array().unwrap().iter().collect(),
            other => panic!("{other}"),
        };
        for point in points {
            let (lon, lat) = (point[0].as_f64().unwrap(), point[1].as_f64().unwrap());
            assert!((104.0..108.0).contains(&lon) && (19.0..23.0).contains(&lat), "{feature}");
        }
    }
    let (at, bus) =
        network.buses.iter().enumerate().find(|(_, bus)| bus.built && bus.substation.is_some()).unwrap();
    let found = of("bus").into_iter().find(|f| f["properties"]["id"] == bus.id.as_str()).unwrap();
    assert!((found["properties"]["vm_kv"].as_f64().unwrap() - flow.buses.vm_kv[at]).abs() < 1e-12);
}

#[test]
fn a_grid_without_coordinates_is_refused() {
    let lost = geojson::write(&own("grids/ieee/14"), None, &mut Vec::new()).unwrap();
    assert!(lost[0].message.contains("coordinates") && lost[0].help.is_some(), "{lost:?}");
}
