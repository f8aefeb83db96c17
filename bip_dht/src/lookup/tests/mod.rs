mod ideal;
mod steps;
