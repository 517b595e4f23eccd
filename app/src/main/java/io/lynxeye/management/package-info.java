/**
 * The management operations of a running server, for any protocol. Every change goes through the
 * store, which stays the single source of truth.
 */
package io.lynxeye.management;
