/** What the clients of a running server may have it read. */
package io.lynxeye.importers.sources;
