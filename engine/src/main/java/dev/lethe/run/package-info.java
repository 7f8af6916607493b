/** Training runs as values: settings, changed training sets, procedures, rankings, plans. */
package dev.lethe.run;
