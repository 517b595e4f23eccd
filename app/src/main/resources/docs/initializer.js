// Swagger UI for this server's own document. Nothing is loaded from other hosts. Addresses are relative to
// this file, so that they hold behind a proxy that adds a prefix to the path.
"use strict";

(async (script) => {
  const spec = await (await fetch(new URL("../openapi.json", script))).json();
  spec.servers = [{ url: new URL("..", script).pathname.replace(/(.)\/$/, "$1") }];
  SwaggerUIBundle({
    spec,
    dom_id: "#docs",
    deepLinking: true,
    displayRequestDuration: true,
    validatorUrl: null,
  });
})(document.currentScript.src);
