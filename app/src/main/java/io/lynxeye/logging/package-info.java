/** The formats of the log; only this package uses Logback. */
package io.lynxeye.logging;
