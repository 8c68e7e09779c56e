// How the addon's file is named and which Node-API version it needs; read by pkg-prebuilds and by the loader.
module.exports = { name: "telltale_native", napi_versions: [8] };
