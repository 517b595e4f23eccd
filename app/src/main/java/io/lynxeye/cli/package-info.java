/** The command line. */
package io.lynxeye.cli;
