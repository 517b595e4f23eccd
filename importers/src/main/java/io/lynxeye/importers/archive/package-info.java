/** Archives that nobody vouches for become folders; knows nothing of models. */
package io.lynxeye.importers.archive;
