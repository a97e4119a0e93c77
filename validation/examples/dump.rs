#![allow(missing_docs,clippy::all)]
fn main(){ let l=lightloom_scenario::Library::shipped().unwrap(); let f=lightloom_evidence::Facts::nominal(&l.catalog);
let c=lightloom_validation::selected(&[std::env::args().nth(1).unwrap()]).unwrap();
for r in lightloom_validation::run(&c,&l,&f).unwrap(){ for r in r.rows{ println!("{},{},{},{:.2},{}",r.name.replace(',',";"),r.measured,r.computed.unwrap_or(0.0),r.error_percent.unwrap_or(0.0),r.unit);}}}
