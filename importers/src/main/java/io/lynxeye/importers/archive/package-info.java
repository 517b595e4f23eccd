/** Unpacks untrusted archives into folders. Independent of models. */
package io.lynxeye.importers.archive;
