/** The {@code score} command. */
package io.lynxeye.cli.score;
