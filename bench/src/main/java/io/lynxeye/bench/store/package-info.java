/** Drills: a real server process under load while its model store changes. */
package io.lynxeye.bench.store;
