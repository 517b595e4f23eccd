/**
 * What an administrator asks of a running server, in no protocol. Every change goes through the
 * store, which stays the single source of truth; what is told is read from it and from what serves.
 */
package io.lynxeye.management;
