// Starts Swagger UI on the address that the page names.

const place = /** @type {HTMLElement} */ (document.getElementById("swagger-ui"));
/** @type {any} */
const SwaggerUIBundle = /** @type {any} */ (globalThis).SwaggerUIBundle;
SwaggerUIBundle({
  url: place.dataset.url,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
