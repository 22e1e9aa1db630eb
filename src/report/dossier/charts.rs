//! The charts of the report, drawn as SVG by plotters. Colours are those of Okabe and Ito, which the colour-blind tell apart;
//! legends are text beside the drawing, so that nothing lies over anything.

use super::language::{Language, Words};
use super::table::Tone;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;

/// A chart.
#[derive(Clone, PartialEq, Debug)]
pub struct Figure {
    /// Its name in links; unique in a report.
    pub id: &'static str,
    /// Its title, with what the axes count.
    pub title: String,
    /// The drawing.
    pub svg: String,
    /// Colour and name of what is drawn, in its order.
    pub legend: Vec<(String, String)>,
}

/// A line over the years.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Line {
    /// Its name.
    pub(super) name: String,
    /// The line: year and value.
    pub(super) points: Vec<(f64, f64)>,
    /// Points that are marked.
    pub(super) marks: Vec<(f64, f64)>,
}

/// Bars that stand on those before them.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Stack {
    /// Their name.
    pub(super) name: String,
    /// Year and height.
    pub(super) bars: Vec<(i16, f64)>,
}

/// A span of time.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Bar {
    /// What it is of.
    pub(super) name: String,
    /// Its beginning, years.
    pub(super) from: f64,
    /// Its end, years.
    pub(super) to: f64,
    /// What it means.
    pub(super) tone: Tone,
}

/// Two values of one thing; the second may be none.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Beside {
    /// What it is of.
    pub(super) name: String,
    /// The values.
    pub(super) values: [f64; 2],
}

/// Okabe and Ito: blue, vermilion, green, orange, purple, sky, grey.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(110, 110, 110),
];
const INK: RGBColor = RGBColor(51, 51, 51);
const RULE: RGBColor = RGBColor(222, 222, 222);
const TEXT_PX: i32 = 15;
const SIZE: (u32, u32) = (720, 340);
/// Height of a row of bars that lie.
const ROW_PX: u32 = 20;
/// Room for the names of rows.
const NAMES_PX: u32 = 290;

type Drawn = Result<(), Box<dyn Error>>;

fn colour(at: usize) -> RGBColor {
    COLOURS[at % COLOURS.len()]
}

fn css(colour: RGBColor) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2)
}

fn legend<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    names.enumerate().map(|(at, name)| (css(colour(at)), name.to_owned())).collect()
}

/// A figure of what `draw` draws; none where it draws nothing. Writing into memory has no way to fail.
fn figure(
    words: &Words,
    id: &'static str,
    size: (u32, u32),
    legend: Vec<(String, String)>,
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> Option<Figure> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(&root).ok()?;
        root.present().ok()?;
    }
    // A drawing within a page needs no header of its own.
    let svg = svg.lines().filter(|line| !line.starts_with("<?xml")).collect::<Vec<_>>().join("\n");
    Some(Figure { id, title: words.say(&format!("figure-{id}")), svg, legend })
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// The least and the largest of some values, with nought, and room above.
fn range(values: impl Iterator<Item = f64>) -> Option<std::ops::Range<f64>> {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    (low <= high).then(|| {
        let low = low.min(0.0);
        let high = if high > low { high } else { low + 1.0 };
        low..high + 0.06 * (high - low)
    })
}

/// A year on an axis; what lies between years has no name.
fn year(value: f64) -> String {
    if (value - value.round()).abs() < 1e-6 { format!("{value:.0}") } else { String::new() }
}

/// A value on an axis that ends at `most`.
fn value(language: Language, most: f64, value: f64) -> String {
    let decimals = match most.abs() {
        most if most >= 10.0 => 0,
        most if most >= 1.0 => 1,
        _ => 2,
    };
    language.number(value, decimals)
}

/// Lines over the years, with marks.
pub(super) fn lines(words: &Words, id: &'static str, (x, y): (&str, &str), lines: &[Line]) -> Option<Figure> {
    let all = || lines.iter().flat_map(|line| line.points.iter().chain(&line.marks));
    // A line of one point is none.
    if !lines.iter().any(|line| line.points.len() > 1) {
        return None;
    }
    let ys = range(all().map(|point| point.1))?;
    let (first, last) = all()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| (low.min(point.0), high.max(point.0)));
    let most = ys.end;
    let names = legend(lines.iter().map(|line| line.name.as_str()));
    figure(words, id, SIZE, names, |root| {
        let mut chart = ChartBuilder::on(root)
            .margin(10)
            .x_label_area_size(44)
            .y_label_area_size(72)
            .build_cartesian_2d(first - 0.3..last + 0.3, ys)?;
        mesh(words, &mut chart, &words.say(x), &words.say(y), most)?;
        for (at, line) in lines.iter().enumerate() {
            let colour = colour(at);
            if at == 0 {
                chart.draw_series(LineSeries::new(line.points.iter().copied(), colour.stroke_width(2)))?;
            } else {
                // Dashes differ where colours do not print.
                let dash = 3 + 3 * i32::try_from(at).unwrap_or(1);
                let dashed =
                    DashedPathElement::new(line.points.iter().copied(), dash, 3, colour.stroke_width(2));
                chart.draw_series(std::iter::once(dashed))?;
            }
            chart.draw_series(line.marks.iter().map(|&point| Circle::new(point, 4, colour.filled())))?;
        }
        Ok(())
    })
}

type Plane<'a, 'b> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// Axes with years along and values up.
fn mesh(words: &Words, chart: &mut Plane<'_, '_>, x: &str, y: &str, most: f64) -> Drawn {
    let text = ("sans-serif", TEXT_PX).into_font().color(&INK);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RULE)
        .axis_style(INK)
        .x_labels(12)
        .y_labels(7)
        .x_label_formatter(&|x| year(*x))
        .y_label_formatter(&|y| value(words.language, most, *y))
        .x_desc(x)
        .y_desc(y)
        .label_style(text.clone())
        .axis_desc_style(text)
        .draw()?;
    Ok(())
}

/// Bars by year, standing on each other; the axes are named by messages.
pub(super) fn stacked(
    words: &Words,
    id: &'static str,
    (x, y): (&str, &str),
    stacks: &[Stack],
) -> Option<Figure> {
    stacked_with(words, id, &words.say(x), &words.say(y), stacks)
}

/// The same with axes named.
pub(super) fn stacked_with(
    words: &Words,
    id: &'static str,
    x: &str,
    y: &str,
    stacks: &[Stack],
) -> Option<Figure> {
    let years = || stacks.iter().flat_map(|stack| stack.bars.iter().map(|bar| bar.0));
    let (first, last) = (years().min()?, years().max()?);
    let sum = |year: i16| -> f64 {
        stacks.iter().flat_map(|stack| &stack.bars).filter(|bar| bar.0 == year).map(|bar| bar.1).sum()
    };
    let ys = range((first..=last).map(sum))?;
    let most = ys.end;
    let names = legend(stacks.iter().map(|stack| stack.name.as_str()));
    figure(words, id, SIZE, names, |root| {
        let mut chart = ChartBuilder::on(root)
            .margin(10)
            .x_label_area_size(44)
            .y_label_area_size(84)
            .build_cartesian_2d(f64::from(first) - 0.6..f64::from(last) + 0.6, ys)?;
        mesh(words, &mut chart, x, y, most)?;
        let mut tops = vec![0.0; usize::try_from(last - first).unwrap_or(0) + 1];
        for (at, stack) in stacks.iter().enumerate() {
            let mut rectangles = Vec::new();
            for &(year, height) in &stack.bars {
                let Some(top) = usize::try_from(year - first).ok().and_then(|at| tops.get_mut(at)) else {
                    continue;
                };
                let middle = f64::from(year);
                let corners = [(middle - 0.36, *top), (middle + 0.36, *top + height)];
                rectangles.push(Rectangle::new(corners, colour(at).filled()));
                *top += height;
            }
            chart.draw_series(rectangles)?;
        }
        Ok(())
    })
}

/// The names of rows, right against the axis.
fn names<'n>(
    root: &Area<'_>,
    chart: &Plane<'_, '_>,
    left: f64,
    rows: impl Iterator<Item = &'n str>,
) -> Drawn {
    /// What fits beside the axis.
    const SHOWN: usize = 42;
    let style = ("sans-serif", TEXT_PX - 1).into_font().color(&INK).pos(Pos::new(HPos::Right, VPos::Center));
    for (row, name) in rows.enumerate() {
        let (x, y) = chart.backend_coord(&(left, row as f64));
        let text = crate::report::name::short(name, SHOWN);
        root.draw(&Text::new(text, (x - 8, y), style.clone()))?;
    }
    Ok(())
}

/// A plane whose rows are numbered downwards from 0.
fn rows<'a, 'b>(
    words: &Words,
    root: &'a Area<'b>,
    xs: std::ops::Range<f64>,
    count: usize,
    x: &str,
    label: &dyn Fn(f64) -> String,
) -> Result<Plane<'a, 'b>, Box<dyn Error>> {
    let mut chart = ChartBuilder::on(root)
        .margin(10)
        .margin_left(NAMES_PX)
        .x_label_area_size(44)
        .build_cartesian_2d(xs, count as f64 - 0.5..-0.5)?;
    let text = ("sans-serif", TEXT_PX).into_font().color(&INK);
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RULE)
        .axis_style(INK)
        .x_labels(12)
        .x_label_formatter(&|x| label(*x))
        .x_desc(x)
        .label_style(text.clone())
        .axis_desc_style(text)
        .draw()?;
    let _ = words;
    Ok(chart)
}

fn height(rows: usize) -> u32 {
    64 + ROW_PX * u32::try_from(rows).unwrap_or(u32::MAX / ROW_PX - 64)
}

/// From the planned day to the day by which each is needed; what has no float is a mark.
pub(super) fn gantt(words: &Words, id: &'static str, bars: &[Bar]) -> Option<Figure> {
    let first = bars.iter().map(|bar| bar.from).reduce(f64::min)?.floor();
    let last = bars.iter().map(|bar| bar.to).reduce(f64::max)?.ceil();
    let key = vec![(css(colour(0)), words.say("gantt-float")), (css(colour(1)), words.say("gantt-no-float"))];
    let axis = words.say("axis-year");
    figure(words, id, (SIZE.0 + NAMES_PX, height(bars.len())), key, |root| {
        let mut chart = rows(words, root, first..last, bars.len(), &axis, &year)?;
        for (row, bar) in bars.iter().enumerate() {
            let y = row as f64;
            let colour = colour(usize::from(bar.tone == Tone::Bad));
            let ends = [(bar.from, y - 0.3), (bar.to.max(bar.from), y + 0.3)];
            chart.draw_series(std::iter::once(Rectangle::new(ends, colour.filled())))?;
            chart.draw_series(std::iter::once(Circle::new((bar.from, y), 5, colour.filled())))?;
        }
        names(root, &chart, first, bars.iter().map(|bar| bar.name.as_str()))
    })
}

/// Two values beside each other for each row; the axis is room for load.
pub(super) fn beside(
    words: &Words,
    id: &'static str,
    stage: &str,
    series: [&str; 2],
    bars: &[Beside],
) -> Option<Figure> {
    let series = series.map(|key| words.say_with(key, &[("stage", stage.into())]));
    beside_with(words, id, &words.say("axis-headroom"), &series, bars)
}

/// One or two values for each row, with the axis and them named.
pub(super) fn beside_with(
    words: &Words,
    id: &'static str,
    axis: &str,
    series: &[String],
    bars: &[Beside],
) -> Option<Figure> {
    let xs = range(bars.iter().flat_map(|bar| bar.values))?;
    let most = xs.end;
    let key = legend(series.iter().map(String::as_str));
    let label = |x: f64| value(words.language, most, x);
    let broad = 0.72 / series.len().max(1) as f64;
    figure(words, id, (SIZE.0 + NAMES_PX, height(bars.len())), key, |root| {
        let mut chart = rows(words, root, xs, bars.len(), axis, &label)?;
        for (row, bar) in bars.iter().enumerate() {
            for (at, value) in bar.values.into_iter().enumerate().filter(|(_, value)| value.is_finite()) {
                let y = row as f64 - 0.36 + broad * at as f64;
                let corners = [(0.0, y), (value, y + broad - 0.02)];
                chart.draw_series(std::iter::once(Rectangle::new(corners, colour(at).filled())))?;
            }
        }
        names(root, &chart, 0.0, bars.iter().map(|bar| bar.name.as_str()))
    })
}
