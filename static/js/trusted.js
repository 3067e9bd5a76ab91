/* The one gate by which a text becomes HTML: htmx reads each answer of this site through it. Nothing becomes a
   script: there is no createScript here and no createScriptURL, so the browser refuses both. */

window.trustedTypes?.createPolicy("default", { createHTML: (html) => html });
