"use strict";
// Everything that Scalar would ask another machine for is off: fonts, telemetry, proxy and hosted services.
Scalar.createApiReference("#reference", {
  url: "/openapi.json",
  title: "Forum API",
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  agent: { disabled: true },
  mcp: { disabled: true },
  documentDownloadType: "direct",
  persistAuth: false,
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
});
