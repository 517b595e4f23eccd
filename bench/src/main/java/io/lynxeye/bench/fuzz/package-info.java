/** What tries to break the server: targets for Jazzer, and a client that minds no rules. */
package io.lynxeye.bench.fuzz;
