/** The command line: one class per command, and how long work shows on a terminal. */
package io.lynxeye.cli;
