/** Downloads with a size limit, a time limit and a pinned digest. */
package io.lynxeye.importers.download;
