//! `medloop openapi`: the description of the REST interface, as the server answers it at `/openapi.json`.

use std::process::ExitCode;

use super::data;

/// 打印接口说明。Prints the OpenAPI document of the REST interface
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Runs it.
pub(crate) fn run(_: Args) -> anyhow::Result<ExitCode> {
    data(medloop_api::openapi())?;
    Ok(ExitCode::SUCCESS)
}
