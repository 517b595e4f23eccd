/** The {@code serve} command, and the benchmark that it runs in a child process. */
package io.lynxeye.cli.serve;
