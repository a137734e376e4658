const form = document.getElementById('filter');
const cases = [...document.querySelectorAll('.case')].map(element => ({
  element,
  outcome: element.dataset.outcome,
  text: element.querySelector('summary').textContent.toLowerCase() + ' ' + (element.querySelector(':scope > p')?.textContent ?? '').toLowerCase(),
}));

function show() {
  const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const one of cases) {
    const visible = form.elements[one.outcome].checked && words.every(word => one.text.includes(word));
    one.element.hidden = !visible;
    shown += visible;
  }
  for (const part of document.querySelectorAll('.part'))
    part.hidden = !part.querySelector('.case:not([hidden])');
  document.getElementById('shown').textContent = shown + ' of ' + cases.length;
}

form.addEventListener('input', show);
form.addEventListener('submit', event => event.preventDefault());
show();
