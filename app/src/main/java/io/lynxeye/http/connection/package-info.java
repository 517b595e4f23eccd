/** Servers, connections and bodies, each within its limits. */
package io.lynxeye.http.connection;
