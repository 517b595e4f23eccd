/** Options and output that several commands share. */
package io.lynxeye.cli.options;
