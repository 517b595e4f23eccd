/** {@code ./lynxeye bench}: its commands, a run and its report. */
package io.lynxeye.bench;
