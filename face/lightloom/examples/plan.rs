//! Plans a scenario and prints its headline: the shortest program on top of Lightloom.

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: plan SCENARIO.toml")?;
    let text = std::fs::read_to_string(path)?;
    let library = lightloom::Library::shipped()?;
    let scenario = lightloom::scenario::parse(&text)?;
    let plan = lightloom::plan(&library, &scenario, &text)?;
    println!("{}\n", plan.decision.headline);
    for reason in &plan.decision.reasons {
        println!("- {reason}");
    }
    Ok(())
}
