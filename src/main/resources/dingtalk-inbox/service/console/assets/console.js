'use strict';
(() => {
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const common = () => ({
    animation: false,
    textStyle: { color: colour('--text') },
    grid: { left: 56, right: 40, top: 36, bottom: 44 },
    legend: { top: 0, textStyle: { color: colour('--text') } },
    // Drawn and not written as HTML, which would need styles of its own.
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    color: [colour('--link'), colour('--warn')]
  });
  const axis = more => ({
    axisLabel: { color: colour('--dim') },
    axisLine: { lineStyle: { color: colour('--line') } },
    splitLine: { lineStyle: { color: colour('--line') } },
    ...more
  });
  const time = steps => axis({ type: 'category', data: steps.map(s => s.time) });

  const lengths = [1, 1000, 60000, 3600000, 86400000];
  const length = (ms, units) => {
    const unit = Math.max(0, lengths.filter(l => l <= ms).length - 1);
    return `${Math.round(ms / lengths[unit] * 10) / 10} ${units.split(',')[unit]}`;
  };

  const charts = {
    traffic: (steps, words) => ({
      ...common(), xAxis: time(steps), yAxis: axis({ type: 'value', minInterval: 1 }),
      series: [
        { name: words.events, type: 'bar', stack: 'all', data: steps.map(s => s.events) },
        { name: words.duplicates, type: 'bar', stack: 'all', data: steps.map(s => s.duplicates) }
      ]
    }),
    // Each step is the same part of a power of ten: a category axis of them is a log scale.
    gaps: (gaps, words) => ({
      ...common(), legend: undefined,
      xAxis: axis({ type: 'category', data: gaps.map(g => `≥ ${length(g.from, words.units)}`) }), yAxis: axis({ type: 'value', minInterval: 1 }),
      series: [{ name: words.duplicates, type: 'bar', barCategoryGap: '8%', data: gaps.map(g => g.duplicates) }]
    }),
    handling: steps => ({
      ...common(), xAxis: time(steps), yAxis: axis({ type: 'value' }),
      series: ['p50', 'p95'].map(name => ({ name, type: 'line', connectNulls: true, data: steps.map(s => s[name]) }))
    })
  };

  const draw = () => {
    if (!window.echarts) return;
    document.querySelectorAll('[data-chart]').forEach(element => {
      const chart = echarts.getInstanceByDom(element) || echarts.init(element);
      chart.setOption(charts[element.dataset.chart](JSON.parse(element.dataset.values), element.dataset), true);
    });
  };

  document.addEventListener('DOMContentLoaded', draw);
  document.addEventListener('DOMContentLoaded', () =>
    document.querySelector('nav [aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'center' }));
  document.addEventListener('htmx:afterSwap', draw);
  document.addEventListener('htmx:beforeSwap', () => document.querySelectorAll('[data-chart]').forEach(element => {
    const chart = window.echarts && echarts.getInstanceByDom(element);
    if (chart) chart.dispose();
  }));
  window.addEventListener('resize', () => document.querySelectorAll('[data-chart]').forEach(element => {
    const chart = window.echarts && echarts.getInstanceByDom(element);
    if (chart) chart.resize();
  }));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

  // Over plain HTTP, browsers have no clipboard, except on localhost. Then it is selected: also for who has to copy by hand.
  const copy = async element => {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      element.focus();
      getSelection().selectAllChildren(element);
      return document.execCommand('copy');
    }
  };

  document.addEventListener('click', async event => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const isCopied = await copy(document.querySelector(button.dataset.copy));
    button.textContent = isCopied ? button.dataset.done : button.dataset.selected;
  });
  document.addEventListener('change', event => {
    const all = event.target.closest('[data-choose]');
    if (all) document.querySelectorAll(`input[name="${all.dataset.choose}"]`).forEach(box => { box.checked = all.checked; });
  });
})();
