//! Statements that set nothing: the `function` line, calls, branches, and what is no statement.

use super::{BLOCKS, Parser, Refusal, Step, Stop, Style, refuse};
use crate::finding::Code;
use crate::read::matpower::cursor::{END_OF_FILE, Unclosed};
use crate::read::report::quote;

/// Functions that change variables of their caller.
const REACHING: [&str; 6] = ["eval", "evalin", "evalc", "assignin", "run", "load"];

/// Words that stand alone, or in front of plain words, and change nothing.
const HARMLESS: [&str; 7] = ["clc", "close", "format", "more", "warning", "disp", "fprintf"];

impl Parser<'_, '_> {
    /// A statement without `=`: a call, whose result nobody takes.
    pub(super) fn call(&mut self, path: &[String], at: usize, line: u32) -> Step {
        let has_arguments = self.cursor.text[at..self.cursor.at].contains(&b'(');
        let after_name = self.cursor.at;
        self.cursor.skip_statement()?;
        let plain = self.cursor.text[after_name..self.cursor.at].trim_ascii().is_empty();
        let word = path[0].as_str();
        if word == "define_constants" && plain && path.len() == 1 {
            self.said.scope.define_constants();
            return Ok(());
        }
        if REACHING.contains(&word) || !(has_arguments || path.len() > 1 || HARMLESS.contains(&word)) {
            return refuse("what it does to the case is not known");
        }
        self.passed_over(at, line, "nothing in a case file is; it sets no case data");
        Ok(())
    }

    /// Text that begins no statement.
    pub(super) fn nonsense(&mut self, at: usize, line: u32) {
        if self.number().is_ok() && self.ends().is_ok() {
            // `1;` opens a script of Octave.
            return;
        }
        self.cursor.at = at;
        self.cursor.line = line;
        if self.cursor.skip_statement().is_err() {
            self.cursor.at = at;
            self.cursor.line = line;
            self.cursor.skip_line();
        }
        let text = self.cursor.text;
        let quoted = quote(&text[at..self.cursor.at.max(at + 1)]);
        self.report.error(Code::Syntax, |draft| {
            let said = format!("`{quoted}` is no statement");
            draft
                .at_offset(text, at, line, quoted.chars().count(), said)
                .help("a statement is `name = value;`; is a bracket or a comment sign missing?")
        });
    }

    pub(super) fn function_line(&mut self) -> Step {
        if self.seen_function {
            return Err(Stop::End.into());
        }
        self.seen_function = true;
        self.cursor.at += "function".len();
        self.cursor.skip_gap();
        let mut outputs = if self.cursor.peek() == Some(b'[') {
            self.names_in_brackets().unwrap_or_default()
        } else {
            self.path()
        };
        self.cursor.skip_gap();
        if self.cursor.peek() == Some(b'=') {
            self.cursor.at += 1;
            self.cursor.skip_gap();
            self.cursor.word().clone_into(&mut self.said.name);
        } else {
            // `function name`: it returns nothing.
            self.said.name = outputs.pop().unwrap_or_default();
        }
        self.cursor.skip_statement()?;
        match outputs.len() {
            0 => {}
            1 => {
                self.style = Style::Struct;
                self.said.scope.case_name = outputs.swap_remove(0);
            }
            4..=6 => self.style = Style::Outputs(outputs),
            _ => {
                return refuse(
                    "a case function returns one struct, or baseMVA, bus, gen, branch, areas, gencost",
                );
            }
        }
        Ok(())
    }

    /// `if number`: the block is run or skipped.
    pub(super) fn run_if(&mut self) -> Step {
        let (at, line) = (self.cursor.at, self.cursor.line);
        self.cursor.at += "if".len();
        loop {
            let condition = self.number();
            let ended = self.ends();
            let Ok(condition) = condition.and_then(|value| ended.map(|()| value)) else {
                self.cursor.at = at;
                self.cursor.line = line;
                self.skip_block(false)?;
                self.refused(at, line, "its condition is more than a number");
                return Ok(());
            };
            if condition != 0.0 {
                self.open_blocks += 1;
                return Ok(());
            }
            match self.skip_rest_of_block(true)? {
                "elseif" => {}
                "else" => {
                    self.open_blocks += 1;
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
    }

    /// Skips the block that opens here.
    pub(super) fn skip_block(&mut self, stop_at_else: bool) -> Result<&'static str, Refusal> {
        self.cursor.at += self.cursor.word().len();
        self.cursor.skip_statement()?;
        self.skip_rest_of_block(stop_at_else)
    }

    /// Skips statements up to the `end` of the block around, or to its next `else` or `elseif` if asked.
    fn skip_rest_of_block(&mut self, stop_at_else: bool) -> Result<&'static str, Refusal> {
        let open = Unclosed {
            what: "the block",
            before: END_OF_FILE,
            at: self.cursor.at.saturating_sub(1),
            line: self.cursor.line,
        };
        let mut depth = 0_usize;
        loop {
            self.skip_to_statement()?;
            if self.cursor.peek().is_none() {
                return Err(Refusal::Unclosed(open));
            }
            let before = self.cursor.at;
            let word = self.cursor.word();
            match word {
                "else" | "elseif" if depth == 0 && stop_at_else => {
                    self.cursor.at += word.len();
                    return Ok(if word == "else" { "else" } else { "elseif" });
                }
                _ if BLOCKS.contains(&word) => depth += 1,
                _ if word.starts_with("end") || word == "until" => {
                    self.cursor.at += word.len();
                    if depth == 0 {
                        return Ok("end");
                    }
                    depth -= 1;
                }
                _ => {}
            }
            self.cursor.skip_statement()?;
            if self.cursor.at == before {
                self.cursor.at += 1;
            }
        }
    }
}
