/** The {@code doctor} command. */
package io.lynxeye.cli.doctor;
