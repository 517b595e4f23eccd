/** The command line: its commands, their options and what they share. */
package io.lynxeye.cli;
