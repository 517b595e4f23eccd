/** The {@code models} command, on a store folder or a running server. */
package io.lynxeye.cli.models;
