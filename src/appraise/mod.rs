//! Studies that judge: the verdict over stages, scenarios and criteria.
