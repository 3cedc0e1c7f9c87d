// What the reader chose, before the page is there; book.js is what chooses.

try {
  document.documentElement.dataset.theme = localStorage.getItem('theme') ?? 'auto';
  document.documentElement.dataset.lines = localStorage.getItem('lines') ?? 'whole';
  document.documentElement.dataset.twins = localStorage.getItem('twins') ?? 'closed';
} catch {} // Where nothing may be read, it is the system's.
